import type { Spec } from '@specwright/protocol/api.ts';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, migrate, signIn } from '../testing/front-door.ts';
import { specOf } from '../testing/given.ts';
import { ScriptedRunner } from '../testing/scripted-runner.ts';

/** A run writes its summary into D1 at most once a second. */
const PATIENCE = { timeout: 10_000 };

let owner: Client;
let runner: ScriptedRunner;
beforeAll(migrate);
beforeEach(async () => {
  owner = await signIn();
  runner = await ScriptedRunner.announced();
});

interface Heard {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

async function listen(specId: string, headers: Record<string, string> = {}): Promise<Response> {
  const response = await owner.call('POST', `/api/specs/${specId}/run-all`, { headers });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  return response;
}

async function all(response: Response): Promise<Heard[]> {
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('id:'));
  return blocks.map((block) => {
    const [id = '', event = '', data = ''] = block.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
    return { id: Number(id), event, data: JSON.parse(data) };
  });
}

/** Works off the spec's latest run. */
async function workOff(specId: string): Promise<void> {
  const { latestRun } = await owner.json<Spec>('GET', `/api/specs/${specId}`);
  await runner.workOff(latestRun?.id ?? '');
}

describe('run-all', () => {
  it('streams the run by the names that people know, each with number and time, and ends with it', async () => {
    const spec = await specOf(owner, 'a', 'b: a');
    const response = await listen(spec.id);
    const [heard] = await Promise.all([all(response), workOff(spec.id)]);
    expect(heard.map((one) => one.event)).toEqual([
      ...['chunk_start', 'review_start', 'review_complete', 'chunk_complete'],
      ...['chunk_start', 'review_start', 'review_complete', 'chunk_complete', 'all_complete'],
    ]);
    const [a] = spec.chunks;
    expect(heard[0]?.data).toMatchObject({
      chunkId: a?.id,
      title: 'Title of a',
      index: 1,
      total: 2,
      seq: heard[0]?.id,
      timestamp: expect.any(Number),
    });
    expect(heard.at(-1)?.data).toMatchObject({ specId: spec.id, passed: 2, failed: 0, fixes: 0 });
    expect(heard.map((one) => one.id)).toEqual(heard.map((one) => one.id).toSorted((x, y) => x - y));
  });

  it('attaches a second caller to the same run, and goes on after the last number that was seen', async () => {
    const spec = await specOf(owner, 'a');
    const [first, second] = [await listen(spec.id), await listen(spec.id)];
    const [one, two] = await Promise.all([all(first), all(second), workOff(spec.id)]);
    expect(two).toEqual(one);
    const again = await owner.call('POST', `/api/specs/${spec.id}/run-all`, { headers: { 'last-event-id': '3' } });
    expect((await all(again)).map((heard) => heard.event)).toEqual(['all_complete']);
  });

  it('sends only what is above Last-Event-ID', async () => {
    const spec = await specOf(owner, 'a', 'b: a');
    const first = await listen(spec.id);
    await first.body?.cancel();
    const late = await listen(spec.id, { 'last-event-id': '6' });
    const [heard] = await Promise.all([all(late), workOff(spec.id)]);
    expect(heard.every((one) => one.id > 6)).toBe(true);
    expect(heard.at(-1)?.event).toBe('all_complete');
  });

  it('goes on when the stream is closed', async () => {
    const spec = await specOf(owner, 'a');
    const response = await listen(spec.id);
    await response.body?.cancel();
    await workOff(spec.id);
    await vi.waitFor(async () => expect(await owner.json('GET', `/api/specs/${spec.id}`)).toMatchObject({ status: 'completed' }), PATIENCE);
  });

  it('says stopped when a person stops it; after a resume the stream begins anew', async () => {
    const spec = await specOf(owner, 'a');
    const response = await listen(spec.id);
    await owner.json('POST', `/api/specs/${spec.id}/run-all/abort`, { status: 200 });
    expect((await all(response)).map((heard) => heard.event)).toEqual(['stopped']);
    const again = await listen(spec.id);
    const [heard] = await Promise.all([all(again), workOff(spec.id)]);
    expect(heard.map((one) => one.event)).toEqual(['chunk_start', 'review_start', 'review_complete', 'chunk_complete', 'all_complete']);
  });

  it('with everything done says so and starts nothing', async () => {
    const spec = await specOf(owner, 'a');
    await owner.json('POST', `/api/specs/${spec.id}/runs`);
    await workOff(spec.id);
    const heard = await all(await listen(spec.id));
    expect(heard).toMatchObject([{ id: 0, event: 'all_complete', data: { specId: spec.id, passed: 1, failed: 0, fixes: 0 } }]);
  });

  it('of an empty spec answers SPEC_EMPTY, not a stream', async () => {
    const spec = await specOf(owner);
    expect(await owner.json('POST', `/api/specs/${spec.id}/run-all`, { status: 422 })).toMatchObject({ code: 'SPEC_EMPTY' });
  });
});
