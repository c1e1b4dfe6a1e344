import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrandAnswer, LeftFile } from '@specwright/protocol/errand.ts';
import { z } from 'zod';
import type { Origin } from '../git/origin.ts';
import { replaceWorkflowFile, workflowFolder, workflowPath } from '../phase/workflow-file.ts';

const OVER = new Set(['complete', 'completed', 'failed', 'cancelled', 'canceled']);
const MOST_BYTES = 4 * 1024 * 1024;

/** Other tools write this file as well: what is not as we know it is left alone. */
const fileSchema = z.object({
  status: z.string(),
  updatedAt: z.iso.datetime({ offset: true }).catch(''),
  batches: z.object({ items: z.array(z.object({ status: z.string() })) }).catch({ items: [] }),
});

/** The orchestrations' own files that do not say that they are over, newest first. A bare or remote repository has none. */
export function leftFiles(origin: Origin): LeftFile[] {
  const folder = workflowFolder(origin);
  const names = folder === null ? [] : namesIn(folder);
  const left = names.flatMap((name): LeftFile[] => {
    const [, runId = ''] = /^orchestration-([\w-]{1,100})\.json$/.exec(name) ?? [];
    const file = runId === '' || folder === null ? null : readFile(join(folder, name));
    if (file === null || OVER.has(file.status)) return [];
    const items = file.batches.items.map(({ status }) => status);
    const done = items.filter((status) => ['completed', 'healed', 'skipped'].includes(status)).length;
    return [{ runId, status: file.status.slice(0, 40), updatedAt: file.updatedAt, batches: { done, total: items.length } }];
  });
  return left.sort((a, b) => b.updatedAt - a.updatedAt).slice(0, 50);
}

/** Writes `failed` and the reason into one file; all else in it stays. Twice is harmless. */
export function markFailed(origin: Origin, wish: { runId: string; reason: string }, now: number): ErrandAnswer {
  const folder = workflowFolder(origin);
  const path = folder === null ? null : workflowPath(folder, wish.runId);
  const whole = path === null ? null : jsonOf(path);
  if (path === null || whole === null)
    return { kind: 'failed', code: 'NOT_FOUND', message: `There is no orchestration file of ${wish.runId} in this machine's folder.` };
  if (!OVER.has(String(whole.status))) replaceWorkflowFile(path, `${JSON.stringify(failed(whole, wish.reason, now), null, 2)}\n`);
  return { kind: 'marked_failed', runId: wish.runId };
}

function failed(file: Record<string, unknown>, reason: string, now: number): Record<string, unknown> {
  const at = new Date(now).toISOString();
  const log = Array.isArray(file.decisionLog) ? file.decisionLog : [];
  const decisionLog = [...log, { timestamp: at, decision: 'failed', reason, data: null }];
  return { ...file, status: 'failed', updatedAt: at, errorMessage: reason, decisionLog };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readFile(path: string) {
  const read = fileSchema.safeParse(jsonOf(path));
  if (!read.success) return null;
  return { ...read.data, updatedAt: Date.parse(read.data.updatedAt) || Math.round(statSync(path).mtimeMs) };
}

function jsonOf(path: string): Record<string, unknown> | null {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MOST_BYTES) return null;
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
