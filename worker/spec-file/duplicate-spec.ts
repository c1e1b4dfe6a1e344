import type { Caller } from '../door/app-types.ts';
import type { SpecRow } from '../store/specs.ts';
import { documentOf } from './export-spec.ts';
import { importSpec } from './import-spec.ts';

/** Copies text and chunks into a new spec of the same project; answers its id. */
export async function duplicateSpec(d1: D1Database, caller: Caller, row: SpecRow): Promise<string> {
  const document = await documentOf(d1, row);
  const title = `${row.title.slice(0, 190)} (copy)`;
  const tasks = row.sourceTasks === null ? null : JSON.parse(row.sourceTasks);
  return importSpec(d1, caller, row.projectId, { spec: { ...document, title }, markdown: null, tasks });
}
