import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '@specwright/protocol/api.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { exchange } from '../cli/client/exchange.ts';
import { ROOT } from '../scripts/run-step.ts';
import { eventsOf } from '../tests/support/deployment.ts';
import { type Fleet, makeProject } from '../tests/support/fleet.ts';
import { makeRepository, temporaryFolder } from '../tests/support/repository.ts';

/** Durations as they are, not as tests shorten them: the server's, and a machine's. */
export const REAL = { LEASE_MS: '30000', CLOSED_LEASE_MS: '12000' };
export const UNSCALED = { SPECWRIGHT_TIME_SCALE: '1' };

/** A project on a fresh repository, whose agent takes so many seconds and no model. */
export async function place(fleet: Fleet, seconds: string): Promise<{ project: Project }> {
  const folder = join(temporaryFolder('bench'), 'place');
  mkdirSync(folder);
  const tool = (id: string, script: string, args: string) =>
    `{ id: ${id}, type: command, path: ${JSON.stringify(join(ROOT, 'bench', script))}${args} }`;
  const executors = `[${tool('light', 'light-agent.sh', `, args: ["${seconds}"]`)}]`;
  const reviewers = `[${tool('judge', 'light-reviewer.sh', '')}]`;
  const config = `tools:\n  executors: ${executors}\n  reviewers: ${reviewers}\ndefaults: { executor: light, reviewer: judge }\nchecks: []\n`;
  return { project: await makeProject(fleet.client, makeRepository(folder, {}, { config }).path, 'Bench') };
}

/** When a run's log has its first event of a kind; NaN: it has none. */
export async function first(fleet: Fleet, runId: string, kind: StoredEvent['kind']): Promise<number> {
  return (await eventsOf(fleet.client, runId)).find((event) => event.kind === kind)?.at ?? Number.NaN;
}

export async function change({ client }: Fleet, method: string, path: string, body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${client.credential}`, 'content-type': 'application/json' };
  const { status, text } = await exchange(client.url + path, { method, headers, text: JSON.stringify(body) });
  if (status > 299) throw new Error(`${path} answered ${status}: ${text}`);
}
