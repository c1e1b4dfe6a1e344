import type { AuditEntry } from '@specwright/protocol/people-api.ts';

const COLUMNS: [string, (entry: AuditEntry) => string][] = [
  ['at', (entry) => new Date(entry.at).toISOString()],
  ['actor_kind', (entry) => entry.actor.kind],
  ['actor_id', (entry) => entry.actor.id],
  ['actor_name', (entry) => entry.actor.name],
  ['action', (entry) => entry.action],
  ['target_kind', (entry) => entry.target.kind],
  ['target_id', (entry) => entry.target.id],
  ['target_name', (entry) => entry.target.name ?? ''],
  ['project_id', (entry) => entry.projectId ?? ''],
  ['address', (entry) => entry.address ?? ''],
  ['details', (entry) => JSON.stringify(entry.details)],
  ['request_id', (entry) => entry.id],
];

/** The entries as CSV (RFC 4180), with a head line. */
export function csvOf(entries: AuditEntry[]): string {
  const lines = [COLUMNS.map(([name]) => name), ...entries.map((entry) => COLUMNS.map(([, read]) => read(entry)))];
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** A sheet would run a cell that begins like a formula: an apostrophe makes it text (OWASP, CSV injection). */
function cell(value: string): string {
  const text = /^[\s]*[=+\-@|%]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
}
