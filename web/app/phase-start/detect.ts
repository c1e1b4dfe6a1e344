import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import type { Detected } from '@specwright/protocol/workflow-api.ts';

/** What is to be looked at; left out: as the run would by default. */
export interface DetectWish {
  folder?: string | null;
  batchSize?: number;
}

export interface DetectRefusal {
  /** No machine that serves the repository is there. */
  noMachine: boolean;
  message: string;
}

export type DetectAnswer = { found: Detected } | { refused: DetectRefusal };

/** Asks what a phase would find now: a machine reads the repository. Aborted: throws, as fetch does. */
export async function detect(projectId: string, wish: DetectWish, signal?: AbortSignal): Promise<DetectAnswer> {
  const response = await fetch('/api/workflow/detect', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ projectId, ...wish }),
    signal,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return null;
  });
  if (response === null) return refused('The server does not answer. Try again when it is back.');
  const body: unknown = await response.json().catch(() => null);
  return response.ok ? { found: body as Detected } : refusalOf(response.status, body as ErrorBody | null);
}

function refusalOf(status: number, body: ErrorBody | null): DetectAnswer {
  if (status === 401) return refused('You are signed out. Sign in again, then try again.');
  if (status === 429) return refused('Too many tries. Wait a moment, then try again.');
  const message = body?.message ?? `The server answered ${status}.`;
  return { refused: { noMachine: body?.code === 'NO_RUNNER', message } };
}

function refused(message: string): DetectAnswer {
  return { refused: { noMachine: false, message } };
}
