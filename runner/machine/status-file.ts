import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnerLoad } from '@specwright/protocol/runners-api.ts';
import { writeFleeting } from '../identity/write-whole.ts';
import { startTimeOf } from '../process/process-table.ts';
import type { Happened, RunHere } from './activity.ts';

/** A runner's state as it tells it on its own machine: for the live view and for `specwright runner status`. */
export interface RunnerView {
  pid: number;
  /** When the process began, as the system tells it: another process may get the same pid. */
  startedAt: string | null;
  state: 'connecting' | 'online' | 'paused' | 'draining' | 'revoked' | 'ending';
  name: string;
  server: string;
  slots: number;
  runs: RunHere[];
  load: RunnerLoad | null;
  /** Why it takes nothing more for now. */
  heldBack: string | null;
  happened: Happened[];
}

/** At most one write in this time: steps change often, and a person looks seldom. */
const WRITE_EACH_MS = 500;

export interface StatusFile {
  /** Written soon; the newest wins. */
  write(view: RunnerView): void;
  close(): void;
}

export function openStatusFile(dataDir: string): StatusFile {
  const file = join(dataDir, 'status.json');
  let next: RunnerView | null = null;
  let timer: NodeJS.Timeout | null = null;
  let open = true;
  const flush = () => {
    timer = null;
    if (next !== null && open) writeFleeting(file, JSON.stringify(next));
    next = null;
  };
  return {
    write(view) {
      next = view;
      timer ??= setTimeout(flush, WRITE_EACH_MS).unref();
    },
    close() {
      open = false;
      if (timer !== null) clearTimeout(timer);
      rmSync(file, { force: true });
    },
  };
}

/** Null: no runner works with this data folder. What a killed one left behind counts as none. */
export function readStatusFile(dataDir: string): RunnerView | null {
  const file = join(dataDir, 'status.json');
  if (!existsSync(file)) return null;
  try {
    const view = JSON.parse(readFileSync(file, 'utf8')) as RunnerView;
    process.kill(view.pid, 0);
    return view.startedAt === null || startTimeOf(view.pid) === view.startedAt ? view : null;
  } catch {
    return null;
  }
}
