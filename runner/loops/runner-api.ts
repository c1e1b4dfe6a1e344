import {
  type AnnounceLife,
  type ackRequestSchema,
  type MachineNeed,
  machineNeedSchema,
  pullResponseSchema,
} from '@specwright/protocol/pull.ts';
import type { z } from 'zod';
import type { Connections } from './connections.ts';

/** The server did not take a call. `retryable`: the same call can succeed later. */
export class ServerFault extends Error {
  readonly status: number;
  readonly retryable: boolean;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
    this.retryable = status === 0 || status === 429 || status >= 500;
  }
}

export interface PulledNeed {
  leaseId: string;
  attempts: number;
  /** Null: a body that this runner cannot read. */
  need: MachineNeed | null;
}

/** The routes for runners. All calls throw ServerFault. */
export interface RunnerApi {
  announce(life: AnnounceLife): Promise<void>;
  pull(batchSize: number): Promise<PulledNeed[]>;
  acknowledge(leases: { acks: string[]; retries: string[] }): Promise<void>;
}

export function makeRunnerApi(options: { connections: Connections; token: string; timeoutMs: number; signal: AbortSignal }): RunnerApi {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
    const answer = await options.connections
      .post(`/runner-api/${path}`, body, { token: options.token, signal })
      .catch((error: NodeJS.ErrnoException) => {
        throw new ServerFault(0, `The server does not answer: ${error.message || error.code}`);
      });
    const { status, text } = answer;
    if (status < 200 || status > 299) throw new ServerFault(status, messageIn(text) ?? `The server answered ${status}.`);
    return text === '' ? null : JSON.parse(text);
  };
  return {
    async announce(life) {
      await post('lives', life);
    },
    async pull(batchSize) {
      const { result } = pullResponseSchema.parse(await post('messages/pull', { batch_size: batchSize }));
      return result.messages.map((message) => ({ leaseId: message.lease_id, attempts: message.attempts, need: readNeed(message.body) }));
    },
    async acknowledge({ acks, retries }) {
      const body: z.input<typeof ackRequestSchema> = {
        acks: acks.map((lease_id) => ({ lease_id })),
        retries: retries.map((lease_id) => ({ lease_id })),
      };
      await post('messages/ack', body);
    },
  };
}

function readNeed(body: string): MachineNeed | null {
  try {
    return machineNeedSchema.parse(JSON.parse(Buffer.from(body, 'base64').toString('utf8')));
  } catch {
    return null;
  }
}

function messageIn(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string' ? body.message : null;
  } catch {
    return null;
  }
}
