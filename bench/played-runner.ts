import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '@specwright/protocol/job.ts';
import type { RunnerDown } from '@specwright/protocol/runner-down.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { NO_USAGE } from '@specwright/protocol/usage.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import WebSocket from 'ws';
import type { ApiClient } from '../cli/client/api-client.ts';
import { register, tokenOf } from './register.ts';

/** A runner that does no work: it claims runs and answers each job when it is told to. */
export interface PlayedRunner {
  /** Claims a run and answers what its first job is. */
  claim(runId: string): Promise<PlayedLease>;
}

export interface PlayedLease {
  job: Job | null;
  /** Reports the job as passed; answers how long the next job took to arrive, in milliseconds; null when the run is over. */
  pass(): Promise<number | null>;
  send(facts: RunnerFact[]): void;
  close(): void;
}

const LIFE = 'lif_00000000000070008000000000000001';

export async function playedRunner(client: ApiClient): Promise<PlayedRunner> {
  const token = await tokenOf(client, await register(client, 'played', mkdtempSync(join(tmpdir(), 'specwright-bench-'))));
  const call = async (path: string, body: unknown) => {
    const answer = await fetch(client.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  };
  await call('/runner-api/lives', { wire: WIRE_VERSION, lifeId: LIFE, endedLives: [], version: '0', slots: 64, found: [] });
  return { claim: (runId) => claimRun(`${client.url.replace('http', 'ws')}/runner-api/runs/${runId}/socket`, token) };
}

function claimRun(url: string, token: string): Promise<PlayedLease> {
  return new Promise((claimed, failed) => {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` }, perMessageDeflate: false });
    let [fence, number, sentAt] = [0, 0, 0];
    let credentials: Record<string, string> = {};
    let waiting: ((ms: number | null) => void) | null = null;
    const lease: PlayedLease = { job: null, pass, send, close: () => socket.close() };
    socket.on('error', failed);
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'claim', wire: WIRE_VERSION, lifeId: LIFE, runnerName: 'played', fence: null })),
    );
    socket.on('message', (data) => {
      const text = data.toString();
      if (text === 'pong') return;
      const message = JSON.parse(text) as RunnerDown;
      if (message.type === 'granted') {
        fence = message.fence;
        send([reconciled(message.run.branch)]);
      }
      if (message.type === 'not_yet' || message.type === 'gone' || message.type === 'bad_frame')
        failed(new Error(`${message.type}: ${message.message}`));
      if (message.type === 'job') {
        lease.job = message.job;
        // As a runner's journal does: of the job that the facts name, no other.
        credentials = { [message.job.id]: message.credential };
        if (waiting) waiting(performance.now() - sentAt);
        else claimed(lease);
        waiting = null;
      }
      if (message.type === 'released') waiting?.(null);
    });

    function send(facts: RunnerFact[]): void {
      const first = number + 1;
      number += facts.length;
      socket.send(JSON.stringify({ type: 'facts', fence, first, last: number, facts, pieces: [], credentials }));
    }

    function pass(): Promise<number | null> {
      return new Promise((done) => {
        waiting = done;
        sentAt = performance.now();
        if (lease.job) send([reviewed(lease.job), passed(lease.job)]);
      });
    }
  });
}

const sha = (seed: string) => Buffer.from(seed).toString('hex').padEnd(40, '0').slice(-40);

function reconciled(branch: string): RunnerFact {
  const agent = { id: 'played', type: 'command', model: null };
  const configuration = { executor: agent, reviewer: agent, maxIterations: 5, checks: [], demo: false, accountFingerprint: null };
  return { kind: 'reconciled', atMs: 0, branch, head: sha('base'), base: sha('base'), promoted: [], configuration, warnings: [] };
}

function reviewed(job: Job): RunnerFact {
  return { kind: 'review_ended', atMs: 0, jobId: job.id, verdict: { verdict: 'pass', summary: 'Fine.', checks: [], requestedChanges: [] } };
}

function passed(job: Job): RunnerFact {
  return {
    kind: 'job_ended',
    atMs: 0,
    jobId: job.id,
    result: 'passed',
    code: null,
    message: '',
    commit: sha(job.key),
    snapshot: sha(`s${job.key}`),
    summary: 'Done.',
    diffPiece: null,
    diffStat: null,
    usage: NO_USAGE,
    durationMs: 1,
    retryAfterMs: null,
  };
}
