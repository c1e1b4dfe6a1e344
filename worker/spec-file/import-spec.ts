import { newId } from '@specwright/protocol/id.ts';
import type { SpecDocument } from '@specwright/protocol/spec-markdown.ts';
import type { Caller } from '../door/app-types.ts';
import { addChunks } from '../store/chunks.ts';
import { addSpec, setReady } from '../store/specs.ts';

/** Makes a spec and its chunks of a parsed file; the file itself is kept for an export that changes nothing that was not changed. Answers the spec's id. */
export async function importSpec(
  d1: D1Database,
  caller: Caller,
  projectId: string,
  file: { spec: SpecDocument; markdown: string | null; tasks?: { path: string; text: string } | null },
): Promise<string> {
  const { organisationId, userId } = caller;
  const { title, text, chunks } = file.spec;
  const source = { sourceMarkdown: file.markdown, sourceTasks: file.tasks ? JSON.stringify(file.tasks) : null };
  const specId = await addSpec(d1, { organisationId, projectId, title, text, ...source, savedBy: userId });
  if (chunks.length === 0) return specId;
  const ids = new Map(chunks.map((chunk) => [chunk.key, newId('chunk')]));
  const plans = chunks.map((chunk, position) => {
    const dependsOn = chunk.dependsOn.flatMap((key) => ids.get(key) ?? []);
    return { ...chunk, id: ids.get(chunk.key), position, dependsOn };
  });
  await addChunks(d1, { organisationId, projectId, specId }, plans);
  await setReady(d1, organisationId, specId);
  return specId;
}
