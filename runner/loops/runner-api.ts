import type { ErrandAnswer } from '@specwright/protocol/errand.ts';
import {
  type AnnounceLife,
  type ackRequestSchema,
  type MachineNeed,
  machineNeedSchema,
  pullResponseSchema,
  pullResultSchema,
  type ReportLife,
  type RunnerOrders,
} from '@specwright/protocol/pull.ts';
import type { z } from 'zod';
import { askServer } from '../identity/ask-server.ts';
import type { Identity } from '../identity/identity.ts';
import type { Connections } from './connections.ts';

export interface PulledNeed {
  leaseId: string;
  attempts: number;
  /** Null: a body that this runner cannot read. */
  need: MachineNeed | null;
}

/** Work, and what people said of this machine. */
export interface Pulled {
  needs: PulledNeed[];
  orders: RunnerOrders;
}

/** The routes for runners. All calls throw ServerFault. */
export interface RunnerApi {
  announce(life: AnnounceLife): Promise<void>;
  report(life: ReportLife): Promise<void>;
  /** Work for at most so many more runs. */
  pull(batchSize: number): Promise<Pulled>;
  acknowledge(leases: { acks: string[]; retries: string[] }): Promise<void>;
  answerErrand(errandId: string, answer: ErrandAnswer): Promise<void>;
}

export function makeRunnerApi(options: {
  connections: Connections;
  identity: Identity;
  timeoutMs: number;
  signal: AbortSignal;
}): RunnerApi {
  const { connections, identity } = options;
  const signal = () => AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const token = await identity.token();
    return askServer(
      async (route, json) => {
        const answer = await connections.post(route, json, { token, signal: signal() });
        if (answer.status !== 401) return answer;
        // The token may be an old one: a new one gets the same call, once.
        identity.refused(token);
        const next = await identity.token();
        return next === token ? answer : connections.post(route, json, { token: next, signal: signal() });
      },
      path,
      body,
    );
  };
  return {
    async announce(life) {
      await post('lives', life);
    },
    async report(life) {
      await post('lives/report', life);
    },
    async pull(batchSize) {
      const { result } = pullResponseSchema.parse(await post('messages/pull', { batch_size: batchSize }));
      return readResult(result);
    },
    async acknowledge({ acks, retries }) {
      const body: z.input<typeof ackRequestSchema> = {
        acks: acks.map((lease_id) => ({ lease_id })),
        retries: retries.map((lease_id) => ({ lease_id })),
      };
      await post('messages/ack', body);
    },
    async answerErrand(errandId, answer) {
      await post(`errands/${encodeURIComponent(errandId)}`, answer);
    },
  };
}

/** What came over the doorbell instead of a pull; null: it cannot be read. */
export function readOffer(json: string): Pulled | null {
  try {
    return readResult(pullResultSchema.parse(JSON.parse(json)));
  } catch {
    return null;
  }
}

function readResult({ messages, orders }: z.infer<typeof pullResultSchema>): Pulled {
  const needs = messages.map(({ lease_id: leaseId, attempts, body }) => ({ leaseId, attempts, need: readNeed(body) }));
  return { needs, orders };
}

function readNeed(body: string): MachineNeed | null {
  try {
    return machineNeedSchema.parse(JSON.parse(Buffer.from(body, 'base64').toString('utf8')));
  } catch {
    return null;
  }
}
