import { tasksOfSpec } from '@specwright/protocol/task-file/from-spec.ts';
import { z } from 'zod';
import { listChunks } from '../store/chunks.ts';
import type { SpecRow } from '../store/specs.ts';
import { documentOf } from './export-spec.ts';

const sourceSchema = z.object({ path: z.string(), text: z.string() });

/** The spec as a tasks.md: the file that it was imported from, changed only where the spec was; else one of its own. */
export async function exportTasks(d1: D1Database, row: SpecRow): Promise<string> {
  const [document, chunks] = await Promise.all([documentOf(d1, row), listChunks(d1, row.organisationId, row.id)]);
  const done = new Set(chunks.filter(({ status }) => status === 'completed').map(({ key }) => key));
  const spec = { title: document.title, chunks: document.chunks.map((chunk) => ({ ...chunk, done: done.has(chunk.key) })) };
  return tasksOfSpec(spec, row.sourceTasks === null ? null : sourceSchema.parse(JSON.parse(row.sourceTasks)));
}
