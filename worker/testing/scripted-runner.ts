import type { Job } from '@specwright/protocol/job.ts';
import type { RunnerDown } from '@specwright/protocol/runner-down.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { NO_USAGE } from '@specwright/protocol/usage.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { expect, vi } from 'vitest';
import { type Machine, runnerClient } from './front-door.ts';

/** A busy machine takes its time. */
const PATIENCE = { timeout: 15_000 };

const VERDICT = { verdict: 'pass' as const, summary: 'Good.', checks: [], requestedChanges: [] };

interface Pulled {
  result: { messages: { body: string; lease_id: string }[] };
}

/** A runner that speaks the real protocol and passes every job at once, with no agent and no git. */
export class ScriptedRunner {
  readonly lifeId = `lif_${crypto.randomUUID()}`;
  private readonly client: Machine;
  private readonly credentials: Record<string, string> = {};
  private last = 0;
  private fence = 0;

  private constructor(client: Machine) {
    this.client = client;
  }

  /** Of this machine, unless it is given. `more`: what else it announces. */
  static async announced(client?: Machine, more: object = {}): Promise<ScriptedRunner> {
    const runner = new ScriptedRunner(client ?? (await runnerClient()));
    const life = { wire: WIRE_VERSION, lifeId: runner.lifeId, endedLives: [], version: '0.1.0', slots: 2, found: [], ...more };
    await runner.client.json('POST', '/runner-api/lives', { body: life });
    return runner;
  }

  get runnerId(): string {
    return this.client.runnerId;
  }

  /** Pulls until a need comes; answers its run and acknowledges nothing. */
  async pull(): Promise<{ runId: string; leaseId: string } | null> {
    const pulled = await this.client.json<Pulled>('POST', '/runner-api/messages/pull', { body: { batch_size: 1 }, status: 200 });
    const [message] = pulled.result.messages;
    return message ? { runId: JSON.parse(atob(message.body)).runId, leaseId: message.lease_id } : null;
  }

  ack(leaseId: string): Promise<{ result: { ackCount: number } }> {
    return this.client.json('POST', '/runner-api/messages/ack', { body: { acks: [{ lease_id: leaseId }] }, status: 200 });
  }

  /** Takes this run's need, acknowledges it and works it off; needs that other tests left are acknowledged on the way. */
  async workOff(runId: string): Promise<void> {
    await vi.waitFor(async () => {
      const need = await this.pull();
      expect(need).not.toBeNull();
      await this.ack(need?.leaseId ?? '');
      expect(need?.runId).toBe(runId);
    }, PATIENCE);
    await this.work(runId);
  }

  /** Claims the run and works until it is released. */
  async work(runId: string): Promise<void> {
    const socket = await this.open(runId);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => this.hear(JSON.parse(String(data)), { socket, resolve, reject }));
      socket.accept();
      socket.send(JSON.stringify({ type: 'claim', wire: WIRE_VERSION, lifeId: this.lifeId, runnerName: 'Scripted', fence: null }));
    });
    socket.close();
  }

  async open(runId: string): Promise<WebSocket> {
    const response = await this.client.call('GET', `/runner-api/runs/${runId}/socket`, { headers: { upgrade: 'websocket' } });
    if (!response.webSocket) throw new Error(`no socket: ${response.status} ${await response.text()}`);
    return response.webSocket;
  }

  private hear(said: RunnerDown, on: { socket: WebSocket; resolve: () => void; reject: (error: Error) => void }): void {
    if (said.type === 'granted') {
      this.fence = said.fence;
      this.tell(on.socket, [reconciled(said.run.branch)]);
    }
    if (said.type === 'job') {
      this.credentials[said.job.id] = said.credential ?? '';
      this.tell(on.socket, passed(said.job));
    }
    if (said.type === 'released') on.resolve();
    if (said.type === 'gone' || said.type === 'bad_frame') on.reject(new Error(said.message));
  }

  private tell(socket: WebSocket, facts: RunnerFact[]): void {
    const first = this.last + 1;
    this.last += facts.length;
    socket.send(
      JSON.stringify({ type: 'facts', fence: this.fence, first, last: this.last, facts, pieces: [], credentials: this.credentials }),
    );
  }
}

function reconciled(branch: string): RunnerFact {
  const configuration = {
    executor: { id: 'scripted', type: 'command', model: null },
    reviewer: { id: 'scripted', type: 'command', model: null },
    ...{ maxIterations: 5, checks: [], demo: false, accountFingerprint: null },
  };
  return { kind: 'reconciled', atMs: 0, branch, head: 'a'.repeat(40), base: 'a'.repeat(40), promoted: [], configuration, warnings: [] };
}

function passed(job: Job): RunnerFact[] {
  const ofJob = { jobId: job.id, atMs: 1 };
  return [
    { kind: 'step_started', ...ofJob, step: 'review' },
    { kind: 'review_ended', ...ofJob, verdict: VERDICT },
    {
      ...{ kind: 'job_ended', ...ofJob, result: 'passed', code: null, message: '', commit: commitOf(job.id), snapshot: 'c'.repeat(40) },
      ...{ summary: `Did ${job.key}.`, diffPiece: null, diffStat: { files: 1, added: 1, removed: 0 } },
      ...{ usage: { ...NO_USAGE, inputTokens: 10, steps: 1 }, durationMs: 5, retryAfterMs: null },
    },
  ];
}

/** Each promotion is a commit of its own. */
function commitOf(jobId: string): string {
  return Array.from(jobId, (letter) => letter.charCodeAt(0).toString(16))
    .join('')
    .slice(-40)
    .padStart(40, '0');
}
