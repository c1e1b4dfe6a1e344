import { appendFileSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refPart } from '../git/git.ts';
import type { Origin } from '../git/origin.ts';

const PATTERN = '.specflow/workflows/orchestration-*.json';

/**
 * The one file that is written into a person's working folder: whole or not at all, and never seen by git. A bare or remote repository has no
 * such folder: then nothing is written.
 */
export function writeWorkflowFile(origin: Origin, runId: string, text: string): void {
  const folder = workflowFolder(origin);
  if (folder === null || origin.kind !== 'path') return;
  mkdirSync(folder, { recursive: true });
  exclude(origin.common);
  replaceWorkflowFile(workflowPath(folder, runId), text);
}

/** Where such files lie in a person's working folder; null: it has none, or a link that could lead anywhere on this machine. */
export function workflowFolder(origin: Origin): string | null {
  if (origin.kind !== 'path' || origin.bare) return null;
  const above = join(origin.address, '.specflow');
  const folder = join(above, 'workflows');
  return isLink(above) || isLink(folder) ? null : folder;
}

export function workflowPath(folder: string, runId: string): string {
  return join(folder, `orchestration-${refPart(runId)}.json`);
}

export function replaceWorkflowFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function exclude(common: string): void {
  const file = join(common, 'info', 'exclude');
  const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (known.split(/\r?\n/).includes(PATTERN)) return;
  mkdirSync(join(common, 'info'), { recursive: true });
  appendFileSync(file, `${known === '' || known.endsWith('\n') ? '' : '\n'}${PATTERN}\n${PATTERN}.new\n`);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
