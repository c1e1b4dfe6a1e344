import { env } from 'cloudflare:workers';
import type { Page, Runner, RunView, Spec, StartedRun } from '@specwright/protocol/api.ts';
import { CLAIM_HEADER, CLAIM_HEARD, claimHeader } from '@specwright/protocol/claim-header.ts';
import type { RunnerDown } from '@specwright/protocol/runner-down.ts';
import type { Claim } from '@specwright/protocol/runner-up.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, local, migrate, runnerClient, signIn } from '../testing/front-door.ts';
import { specOf, startedRun } from '../testing/given.ts';
import { ScriptedRunner } from '../testing/scripted-runner.ts';

/** A run writes its summary into D1 at most once a second. */
const PATIENCE = { timeout: 10_000 };

let owner: Client;
beforeAll(migrate);
beforeEach(async () => {
  owner = await signIn();
});

const LIFE = {
  wire: WIRE_VERSION,
  lifeId: 'lif_1',
  endedLives: [],
  version: '0.1.0',
  slots: 2,
  found: [{ name: 'git', version: '2', detail: null, ok: true }],
};

describe('a runner', () => {
  it('announces its life and is listed with what it found, online while its doorbell is open', async () => {
    const runner = await runnerClient('mine');
    await runner.json('POST', '/runner-api/lives', { body: LIFE });
    const bell = await runner.call('GET', '/runner-api/doorbell', { headers: { upgrade: 'websocket' } });
    bell.webSocket?.accept();
    const listed = async () => (await owner.json<Page<Runner>>('GET', '/api/runners')).items.find((one) => one.name === 'mine');
    expect(await listed()).toMatchObject({ online: true, version: '0.1.0', slots: 2, found: LIFE.found });
    bell.webSocket?.close();
    await vi.waitFor(async () => expect((await listed())?.online).toBe(false));
  });

  it('of another wire version is told which of the two to update', async () => {
    const runner = await runnerClient();
    const answer = await runner.json('POST', '/runner-api/lives', { body: { ...LIFE, wire: WIRE_VERSION + 1 }, status: 426 });
    expect(answer).toMatchObject({ code: 'WIRE_VERSION', message: expect.stringContaining(`version ${WIRE_VERSION}`) });
  });

  it('is cut off when it is revoked', async () => {
    const runner = await runnerClient('to be revoked');
    await runner.json('POST', '/runner-api/messages/pull', { body: {}, status: 200 });
    const { DB } = env as unknown as { DB: D1Database };
    await DB.prepare(`UPDATE runners SET revoked_at = 1 WHERE name = 'to be revoked'`).run();
    await runner.json('POST', '/runner-api/messages/pull', { body: {}, status: 401 });
  });

  it('does not reach a run of another organisation', async () => {
    const { runId } = await startedRun(owner);
    const { DB } = env as unknown as { DB: D1Database };
    const runner = await runnerClient('elsewhere');
    await DB.prepare(`UPDATE runners SET organisation_id = 'org_other' WHERE name = 'elsewhere'`).run();
    await runner.json('GET', `/runner-api/runs/${runId}/socket`, { headers: { upgrade: 'websocket' }, status: 404 });
  });

  it('reaches a run that D1 has no row of yet', async () => {
    const { runId } = await startedRun(owner);
    const { DB } = env as unknown as { DB: D1Database };
    await DB.prepare('DELETE FROM runs WHERE id = ?').bind(runId).run();
    const runner = await runnerClient();
    const answer = await runner.call('GET', `/runner-api/runs/${runId}/socket`, { headers: { upgrade: 'websocket' } });
    expect(answer.status).toBe(101);
    answer.webSocket?.accept();
    answer.webSocket?.close();
  });

  it('cannot speak for another runner by a header of its own', async () => {
    const { runId } = await startedRun(owner);
    const scripted = await ScriptedRunner.announced();
    const forged = await runnerClient('forger');
    const headers = { upgrade: 'websocket', 'x-specwright-runner-id': 'rnr_other', 'x-specwright-runner-name': 'Other' };
    const answer = await forged.call('GET', `/runner-api/runs/${runId}/socket`, { headers });
    answer.webSocket?.accept();
    answer.webSocket?.send(JSON.stringify({ type: 'claim', wire: WIRE_VERSION, lifeId: scripted.lifeId, runnerName: 'x', fence: null }));
    const lease = async () => (await local.json<RunView>('GET', `/api/runs/${runId}`)).state.lease;
    await vi.waitFor(async () => expect(await lease()).not.toBeNull());
    expect((await lease())?.runnerId).not.toBe('rnr_other');
  });

  it('claims with the opening of the socket: the answer is the first frame', async () => {
    const { runId } = await startedRun(owner);
    const runner = await runnerClient();
    const headers = { upgrade: 'websocket', [CLAIM_HEADER]: claimHeader(claimOf('lif_opening')) };
    const answer = await runner.call('GET', `/runner-api/runs/${runId}/socket`, { headers });
    expect(answer.headers.get(CLAIM_HEADER)).toBe(CLAIM_HEARD);
    expect(await firstFrame(answer)).toMatchObject({ type: 'granted', fence: 1 });
  });

  it('is told by the missing word when its claim was not heard, and may say it as a frame', async () => {
    const { runId } = await startedRun(owner);
    const runner = await runnerClient();
    const forged = { [`x-${CLAIM_HEADER}`]: claimHeader(claimOf('lif_forged')), [CLAIM_HEADER]: '%7B%22type%22' };
    const answer = await runner.call('GET', `/runner-api/runs/${runId}/socket`, { headers: { upgrade: 'websocket', ...forged } });
    expect([answer.status, answer.headers.get(CLAIM_HEADER)]).toEqual([101, null]);
    expect(await firstFrame(answer, claimOf('lif_frame'))).toMatchObject({ type: 'granted', fence: 1 });
    const { state } = await local.json<RunView>('GET', `/api/runs/${runId}`);
    expect(state.lease?.lifeId).toBe('lif_frame');
  });

  it('pulls, claims, works and acknowledges: the spec is completed, and a new run has nothing to do', async () => {
    const spec = await specOf(owner, 'a', 'b: a');
    const runner = await ScriptedRunner.announced();
    const { runId } = await owner.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`);
    await runner.workOff(runId ?? '');
    const done = await vi.waitFor(async () => {
      const now = await owner.json<Spec>('GET', `/api/specs/${spec.id}`);
      expect(now.status).toBe('completed');
      return now;
    }, PATIENCE);
    expect(done.chunks.map((chunk) => [chunk.status, chunk.summary, chunk.usage.inputTokens])).toEqual([
      ['completed', 'Did a.', 10],
      ['completed', 'Did b.', 10],
    ]);
    expect(done.latestRun).toMatchObject({ status: 'completed', progress: { passed: 2, failed: 0 } });
    expect(await owner.json('POST', `/api/specs/${spec.id}/runs`, { status: 200 })).toMatchObject({ allComplete: true });
    await owner.json('POST', `/api/specs/${spec.id}/chunks`, { body: { key: 'c', title: 'C' } });
    const next = await owner.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`);
    const { state } = await owner.json<RunView>('GET', `/api/runs/${next.runId}`);
    expect(state.startFrom).toBe(done.latestRun?.branch);
    expect(state.items.map((item) => [item.key, item.status, item.selected, item.summary])).toEqual([
      ['a', 'completed', false, 'Did a.'],
      ['b', 'completed', false, 'Did b.'],
      ['c', 'pending', true, null],
    ]);
  });
});

function claimOf(lifeId: string): Claim {
  return { type: 'claim', wire: WIRE_VERSION, lifeId, runnerName: 'Ärger 日本', fence: null };
}

/** The first frame that an opened socket hears, after it said `frame`. */
function firstFrame({ webSocket }: Response, frame: unknown = null): Promise<RunnerDown> {
  return new Promise((resolve, reject) => {
    if (webSocket === null) return reject(new Error('no socket'));
    webSocket.addEventListener('message', ({ data }) => {
      resolve(JSON.parse(String(data)));
      webSocket.close();
    });
    webSocket.accept();
    if (frame !== null) webSocket.send(JSON.stringify(frame));
  });
}
