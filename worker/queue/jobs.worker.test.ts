import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { JobsQueueMessage, MachineNeed } from '@specwright/protocol/pull.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkerEnv } from '../environment.ts';
import { type Client, local, migrate, signIn, signInStranger } from '../testing/front-door.ts';
import { startedRun } from '../testing/given.ts';
import { consumeJobs } from './jobs.ts';

const bindings = env as unknown as WorkerEnv;
beforeAll(migrate);

const WHAT = {
  startedBy: null,
  askedAt: 0,
  needs: { repository: 'r', repositoryKey: null, executor: null, labels: [], account: null },
  begin: null,
  broke: null,
};

async function consume(bodies: unknown[], bindingsNow: WorkerEnv = bindings) {
  const messages = bodies.map((body, i) => ({ id: String(i), timestamp: new Date(), attempts: 1, body }));
  const batch = createMessageBatch('jobs', messages);
  const ctx = createExecutionContext();
  await consumeJobs(batch, bindingsNow);
  return getQueueResult(batch, ctx);
}

describe('the consumer of jobs', () => {
  it('hands a need to the organisation’s dispatch; twice is one entry', async () => {
    const { projectId, runId } = await startedRun(await signIn());
    const { organisation } = await local.json<{ organisation: { id: string } }>('GET', '/api/me');
    const need = { organisationId: organisation.id, projectId, runId, ...WHAT };
    const message: JobsQueueMessage = { kind: 'machine_needed', need };
    expect((await consume([message, message])).explicitAcks).toEqual(['0', '1']);
    const needs = await dispatchPort(bindings, organisation.id).needs();
    expect(needs.filter((entry) => entry.runId === runId)).toHaveLength(1);
  });

  it('drops what nobody can read, and keeps going', async () => {
    const result = await consume([{ kind: 'nonsense' }, { kind: 'machine_needed', need: await needOf(await signIn()) }]);
    expect(result.explicitAcks.toSorted()).toEqual(['0', '1']);
    expect(result.retryMessages).toEqual([]);
  });

  it('drops what asks in the name of another organisation or project, and what asks for no run', async () => {
    const mine = await needOf(await signIn());
    const theirs = await needOf(await signInStranger());
    const forged = [
      { ...mine, organisationId: theirs.organisationId },
      { ...mine, projectId: theirs.projectId },
      { ...mine, runId: newId('run') },
    ];
    const result = await consume(forged.map((need) => ({ kind: 'machine_needed', need: { ...need, startedBy: 'usr_forged' } })));
    expect(result.explicitAcks.toSorted()).toEqual(['0', '1', '2']);
    const queued = await Promise.all([mine, theirs].map(({ organisationId }) => dispatchPort(bindings, organisationId).needs()));
    expect(JSON.stringify(queued)).not.toContain('usr_forged');
    expect(queued[1]?.map(({ runId }) => runId)).not.toContain(mine.runId);
  });

  it('tries a message again when dispatch cannot be reached, and acknowledges the others', async () => {
    const [good, bad] = [await needOf(await signIn()), await needOf(await signInStranger())];
    const broken = {
      ...bindings,
      DISPATCH: {
        idFromName: (name: string) => (name === bad.organisationId ? name : bindings.DISPATCH.idFromName(name)),
        get: (id: DurableObjectId | string) =>
          id === bad.organisationId ? { enqueue: () => Promise.reject(new Error('down')) } : bindings.DISPATCH.get(id as DurableObjectId),
      },
    } as unknown as WorkerEnv;
    const result = await consume(
      [good, bad].map((need) => ({ kind: 'machine_needed', need })),
      broken,
    );
    expect(result.explicitAcks).toEqual(['0']);
    expect(result.retryMessages).toMatchObject([{ msgId: '1' }]);
  });
});

/** What a run of this person's organisation may ask for. */
async function needOf(client: Client): Promise<MachineNeed> {
  const { projectId, runId } = await startedRun(client);
  const { organisation } = await client.json<{ organisation: { id: string } }>('GET', '/api/me');
  return { organisationId: organisation.id, projectId, runId, ...WHAT };
}
