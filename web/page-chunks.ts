import type { Rollup } from 'vite';

type Modules = Parameters<Rollup.GetManualChunk>[1];

/**
 * Every page below the frame loads the first; a page of a run the second too. The client's entry is in neither: it hydrates as it is
 * run, and that must come after the page has named its routes.
 */
const GROUPS: [chunk: string, roots: RegExp][] = [
  ['frame', /\/app\/(root|routes\/_app)\.tsx(\?|$)/],
  ['run', /\/app\/run\/run-page\.tsx$/],
];

/**
 * Puts what those pages load anyway into one file each. A browser asks for each file by itself, from its cache too: forty small ones
 * take longer than all that is in them. What is imported later stays by itself.
 */
export function pageChunks(): Rollup.GetManualChunk {
  let chunkOf: Map<string, string> | null = null;
  return (id, modules) => {
    chunkOf ??= chunksOf(modules);
    return chunkOf.get(id);
  };
}

function chunksOf(modules: Modules): Map<string, string> {
  const chunks = new Map<string, string>();
  for (const [chunk, roots] of GROUPS) {
    const found = [...modules.getModuleIds()].filter((id) => roots.test(id));
    if (found.length === 0) throw new Error(`No module of the ${chunk} chunk was found: ${roots}`);
    for (const id of withImports(found, modules)) if (!chunks.has(id)) chunks.set(id, chunk);
  }
  return chunks;
}

function withImports(roots: string[], modules: Modules): Set<string> {
  const seen = new Set(roots);
  for (const id of seen) for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) seen.add(imported);
  return seen;
}
