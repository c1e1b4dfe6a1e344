import type { Rollup } from 'vite';

type Modules = Parameters<Rollup.GetManualChunk>[1];

/**
 * Of what a run's page loads: what every page below the frame loads, what other pages load too, and the rest. The client's entry is in
 * none: it hydrates as it is run, and that must come after the page has named its routes.
 */
const FRAME = /\/app\/(root|routes\/_app)\.tsx(\?|$)/;
const RUN = /\/app\/run\/run-page\.tsx$/;
const OTHER_PAGES = /\/app\/routes\/(?!_app\.(runs|specs|workers)\.)/;

/**
 * Puts what a run's page loads into three files. A browser asks for each file by itself, from its cache too: forty small ones take
 * longer than all that is in them. What is imported later stays by itself.
 */
export function pageChunks(): Rollup.GetManualChunk {
  let chunkOf: ((id: string) => string | undefined) | null = null;
  return (id, modules) => {
    chunkOf ??= chunksOf(modules);
    return chunkOf(id);
  };
}

function chunksOf(modules: Modules): (id: string) => string | undefined {
  const frame = withImports(FRAME, modules);
  const others = withImports(OTHER_PAGES, modules);
  const run = withImports(RUN, modules);
  return (id) => {
    if (frame.has(id)) return 'frame';
    if (!run.has(id)) return undefined;
    return others.has(id) ? 'common' : 'run';
  };
}

/** The modules of that name and all that they import at once. Throws when there is none. */
function withImports(name: RegExp, modules: Modules): Set<string> {
  const seen = new Set([...modules.getModuleIds()].filter((id) => name.test(id)));
  if (seen.size === 0) throw new Error(`No module is called ${name}: which files a page loads is to be said anew.`);
  for (const id of seen) for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) seen.add(imported);
  return seen;
}
