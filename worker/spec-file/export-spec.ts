import { type SpecDocument, writeSpecMarkdown } from '@specwright/protocol/spec-markdown.ts';
import { idsOf, listChunks } from '../store/chunks.ts';
import type { SpecRow } from '../store/specs.ts';

/** The spec as a SPEC.md file. */
export async function exportSpec(d1: D1Database, row: SpecRow): Promise<string> {
  return row.sourceMarkdown ?? writeSpecMarkdown(await documentOf(d1, row));
}

/** A spec as its file says it: dependencies by key. */
export async function documentOf(d1: D1Database, row: SpecRow): Promise<SpecDocument> {
  const rows = await listChunks(d1, row.organisationId, row.id);
  const keys = new Map(rows.map((chunk) => [chunk.id, chunk.key]));
  const chunks = rows.map(({ key, title, description, acceptanceCriteria, dependsOn }) => {
    const needs = idsOf(dependsOn).flatMap((id) => keys.get(id) ?? []);
    return { key, title, description, acceptanceCriteria: idsOf(acceptanceCriteria), dependsOn: needs };
  });
  return { title: row.title, text: row.text, chunks };
}
