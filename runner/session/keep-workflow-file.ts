import { messageOf } from '../log.ts';
import { writeWorkflowFile } from '../phase/workflow-file.ts';
import type { Holding } from './holding.ts';
import type { SessionOptions } from './session-options.ts';

/** The run's account, in the working folder that the owner linked. What it is a copy of goes on without it. */
export interface WorkflowFile {
  /** The newest account. It waits until there is a place to write it to. */
  set(text: string): void;
  write(): void;
}

export function keepWorkflowFile({ runId, log }: SessionOptions, holding: () => Holding | null): WorkflowFile {
  let waiting: string | null = null;
  const write = () => {
    const origin = holding()?.place?.clone.origin;
    if (waiting === null || origin === undefined) return;
    try {
      writeWorkflowFile(origin, runId, waiting);
    } catch (error) {
      log('warn', 'workflow_file_failed', { runId, message: messageOf(error) });
    }
    waiting = null;
  };
  return {
    set(text) {
      waiting = text;
      write();
    },
    write,
  };
}
