import { applyD1Migrations, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { CLAIM_HEADER, CLAIM_HEARD, claimHeader } from '@specwright/protocol/claim-header.ts';
import { isRefusal } from '@specwright/protocol/error-code.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { PageDown } from '@specwright/protocol/page-frame.ts';
import { makePiece, type Piece } from '@specwright/protocol/piece.ts';
import type { CurrentJob } from '@specwright/protocol/run-state.ts';
import type { RunnerDown } from '@specwright/protocol/runner-down.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import type { Claim } from '@specwright/protocol/runner-up.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ObjectEnv } from '../env.ts';
import type { SpecRun } from './spec-run.ts';
import { Line } from './testing/line.ts';
import { creating, ended, passing, planned, reconciled } from './testing/samples.ts';

const bound = env as unknown as ObjectEnv & { TEST_MIGRATIONS: Parameters<typeof applyD1Migrations>[1] };

beforeAll(async () => {
  await applyD1Migrations(bound.DB, bound.TEST_MIGRATIONS);
});

class Run {
  readonly id = newId('run');
  readonly stub = bound.RUNS.get(bound.RUNS.idFromName(this.id));
  readonly organisationId = newId('organisation');
  readonly projectId = newId('project');
  readonly specId = newId('spec');

  static async created(items = [planned('a'), planned('b', ['a'])], settings = {}): Promise<Run> {
    const run = new Run();
    await run.create(items, settings);
    return run;
  }

  async create(items = [planned('a')], settings = {}) {
    const { kind: _kind, ...asked } = creating(items, settings);
    const { id: runId, organisationId, projectId, specId } = this;
    const named = { runId, organisationId, projectId, specId };
    const pieces = [{ hash: 'piece-spec', text: '# The spec' }, ...items.map((item) => ({ hash: item.textPiece, text: textOf(item.id) }))];
    return this.stub.create({ ...asked, ...named, pieces });
  }

  async state() {
    const view = await this.stub.view();
    if (view === null) throw new Error('no such run');
    return view.state;
  }

  /** A runner's socket that has said nothing yet. */
  async socket(runnerId = 'rnr_1'): Promise<Line<RunnerDown>> {
    const headers = {
      upgrade: 'websocket',
      'x-specwright-runner-id': runnerId,
      'x-specwright-runner-serves': 'all',
      'x-specwright-runner-name': 'laptop',
    };
    const answer = await this.stub.fetch('https://run/runner', { headers });
    return new Line<RunnerDown>(answer.webSocket);
  }

  async runner(lifeId = 'lif_a', fence: number | null = null, runnerId = 'rnr_1'): Promise<Line<RunnerDown>> {
    const line = await this.socket(runnerId);
    line.say({ type: 'claim', wire: 2, lifeId, runnerName: 'laptop', fence });
    return line;
  }

  /** Opens a socket with a claim in its request. */
  async opening(lifeId: string, claim: Partial<Claim> = {}): Promise<Line<RunnerDown>> {
    const said = claimHeader({ type: 'claim', wire: 2, lifeId, runnerName: 'laptop', fence: null, ...claim });
    const headers = {
      upgrade: 'websocket',
      'x-specwright-runner-id': 'rnr_1',
      'x-specwright-runner-serves': 'all',
      'x-specwright-claim': said,
    };
    const answer = await this.stub.fetch('https://run/runner', { headers });
    expect(answer.headers.get(CLAIM_HEADER)).toBe(CLAIM_HEARD);
    return new Line<RunnerDown>(answer.webSocket);
  }

  async page(since?: number): Promise<Line<PageDown>> {
    const answer = await this.stub.fetch(`https://run/page${since === undefined ? '' : `?since=${since}`}`, {
      headers: { upgrade: 'websocket' },
    });
    return new Line<PageDown>(answer.webSocket);
  }
}

function textOf(id: string): string {
  return JSON.stringify({ description: `Do ${id}.`, acceptanceCriteria: [`${id} is done`] });
}

/** The credentials that came with jobs, as a runner keeps them. */
const credentials: Record<string, string> = {};

async function jobOf(line: Line<RunnerDown>) {
  const said = await line.next('job');
  credentials[said.job.id] = said.credential ?? '';
  return said;
}

/** `forged`: says these credentials instead. */
function frame(first: number, facts: RunnerFact[], { fence = 1, pieces = [] as Piece[], forged = credentials } = {}) {
  return { type: 'facts', fence, first, last: first + facts.length - 1, facts, pieces, credentials: forged };
}

/** A runner that has claimed and reconciled, and its first job. */
async function working(run: Run): Promise<{ line: Line<RunnerDown>; job: CurrentJob }> {
  const line = await run.runner();
  await line.next('granted');
  line.say(frame(1, [reconciled()]));
  const { job } = await jobOf(line);
  return { line, job: { ...job, itemId: job.chunkId } as unknown as CurrentJob };
}

describe('a run object', () => {
  it('accepts only create while its storage is empty', async () => {
    const run = new Run();
    expect(await run.stub.command({ kind: 'pause', actor: null })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await run.stub.view()).toBeNull();
    expect((await run.stub.fetch('https://run/page', { headers: { upgrade: 'websocket' } })).status).toBe(404);
  });

  it('is created once, however often it is asked', async () => {
    const run = await Run.created();
    expect(await run.create()).toEqual({ seq: 2 });
  });

  it('refuses as a value what cannot be', async () => {
    const run = new Run();
    expect(isRefusal(await run.create([]))).toBe(true);
  });

  it('carries a run from claim to completed over the socket', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    expect(job).toMatchObject({ chunkId: 'a', spec: { text: '# The spec' }, text: { description: 'Do a.' } });
    line.say(frame(2, passing(job)));
    const { job: next } = await jobOf(line);
    expect(next).toMatchObject({ chunkId: 'b', baseCommit: 'commit-a-1', context: [{ key: 'a', summary: 'did a' }] });
    line.say(frame(4, passing({ ...next, itemId: next.chunkId } as unknown as CurrentJob)));
    await line.next('released');
    expect(await run.state()).toMatchObject({ status: 'completed', totals: { passed: 2 } });
  });

  it('answers a claim that came with the opening as one that came as a frame: granted, not yet, or gone', async () => {
    const run = await Run.created([planned('a')]);
    const line = await run.opening('lif_a');
    expect(await line.next('granted')).toMatchObject({ fence: 1, received: {} });
    expect(await (await run.opening('lif_b')).next('granted', 'not_yet')).toMatchObject({ type: 'not_yet' });
    line.say(frame(1, [reconciled()]));
    const { job } = await jobOf(line);
    const again = await run.opening('lif_a', { fence: 1 });
    await line.closed;
    expect(await again.next('granted')).toMatchObject({ fence: 1, received: { 1: 1 } });
    expect((await jobOf(again)).job.id).toBe(job.id);
    again.say(frame(2, passing(asCurrent({ job }))));
    await again.next('released');
    expect(await (await run.opening('lif_a')).next('granted', 'gone')).toMatchObject({ type: 'gone' });
    const old = await run.opening('lif_c', { wire: 99 });
    await old.next('bad_frame');
    await old.closed;
  });

  it('says what is wrong with a frame, and goes on', async () => {
    const run = await Run.created();
    const line = await run.runner();
    await line.next('granted');
    line.say({ type: 'nonsense' });
    await line.next('bad_frame');
    line.say(frame(1, [reconciled()]));
    await jobOf(line);
  });

  it('takes a piece by the hash of its text, and refuses the frame of one that is named otherwise', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    const piece = await makePiece('Grüße, 世界 \ud800');
    line.say(frame(2, passing(job), { pieces: [{ ...piece, text: 'another' }] }));
    expect((await line.next('bad_frame')).message).toContain(piece.hash);
    expect(await run.stub.piece(piece.hash)).toBeNull();
    line.say(frame(2, passing(job), { pieces: [piece] }));
    await jobOf(line);
    expect(await run.stub.piece(piece.hash)).toContain('Grüße, 世界');
  });

  it('refuses what is larger than a row may be, and stores nothing of it', async () => {
    const run = new Run();
    expect(await run.create([planned('a', [], { title: 'x'.repeat(1_100_000) })])).toMatchObject({ code: 'TOO_LARGE' });
    expect(await run.stub.view()).toBeNull();
    expect(await run.stub.piece('piece-spec')).toBeNull();
    expect(await run.create()).toEqual({ seq: 2 });
  });

  it('tells D1 what it missed while it failed: each usage once, the summary to the last number', async () => {
    const run = await Run.created([planned('f1'), planned('f2')]);
    await seedSpec(run, ['f1', 'f2']);
    const { line, job } = await working(run);
    await runInDurableObject(run.stub, (object: SpecRun) => setD1(object, AWAY));
    line.say(frame(2, passing(job)));
    line.say(frame(4, passing(asCurrent(await jobOf(line)))));
    await line.next('released');
    const flush = () => runInDurableObject(run.stub, (object: SpecRun) => object.projection.flush(true));
    expect(await flush()).toBe(false);
    await runInDurableObject(run.stub, async (object: SpecRun, { storage }) => {
      expect(await storage.getAlarm()).not.toBeNull();
      setD1(object, bound.DB);
    });
    expect(await flush()).toBe(true);
    const used = await bound.DB.prepare('SELECT chunk_id FROM usage WHERE run_id = ? ORDER BY chunk_id').bind(run.id).all();
    expect(used.results).toEqual([{ chunk_id: 'f1' }, { chunk_id: 'f2' }]);
    const row = await bound.DB.prepare('SELECT status, projected_seq FROM runs WHERE id = ?').bind(run.id).first();
    expect(row).toEqual({ status: 'completed', projected_seq: (await run.state()).seq });
  });

  it('answers a gap with the number it expects, and closes the socket', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    line.say(frame(7, passing(job)));
    expect((await line.next('bad_frame')).message).toContain('Fact 2 is missing');
    await line.closed;
  });

  it('takes a frame once that comes twice', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    line.say(frame(2, passing(job)));
    line.say(frame(2, passing(job)));
    await line.next('confirmed');
    await line.next('confirmed');
    expect(await line.next('confirmed')).toMatchObject({ upTo: 3 });
    expect((await run.state()).totals.passed).toBe(1);
  });

  it('comes back from eviction with its state, its sockets and its job', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    const before = await run.state();
    await evictDurableObject(run.stub);
    expect(await run.state()).toEqual(before);
    line.say(frame(2, passing(job)));
    expect((await jobOf(line)).job.chunkId).toBe('b');
  });

  it('gives a life that comes back after a restart its job again, with the last number received', async () => {
    const run = await Run.created();
    const { job } = await working(run);
    await evictDurableObject(run.stub, { webSockets: 'close' });
    const line = await run.runner('lif_a', 1);
    expect(await line.next('granted')).toMatchObject({ fence: 1, received: { 1: 1 } });
    expect((await jobOf(line)).job.id).toBe(job.id);
  });

  it('keeps an open question over a restart, and says its answer to the life that comes back until the agent has it', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    const question = { header: 'Store', question: 'Where to?', options: [], multiple: false, custom: true };
    line.say(frame(2, [{ kind: 'question_asked', atMs: 1, jobId: job.id, questionId: 'q1', questions: [question] }]));
    await line.next('confirmed');
    await line.next('confirmed');
    await evictDurableObject(run.stub, { webSockets: 'close' });
    expect(await run.state()).toMatchObject({ question: { id: 'q1', questions: [question] }, activeSince: null });
    const answers = [['A file']];
    const command = { kind: 'answer', questionId: 'q1', answers, actor: { id: 'usr_1', name: 'Ada' } } as const;
    expect(await run.stub.command(command)).toMatchObject({ status: 'running' });
    const said = { type: 'answer', jobId: job.id, questionId: 'q1', answers };
    const again = await run.runner('lif_a', 1);
    expect(await again.next('answer')).toEqual(said);
    again.close();
    const third = await run.runner('lif_a', 1);
    expect(await third.next('answer')).toEqual(said);
    third.say(frame(3, [{ kind: 'question_closed', atMs: 2, jobId: job.id, questionId: 'q1', reason: 'answered' }]));
    await third.next('confirmed');
    expect((await run.state()).job?.answered).toBeNull();
    expect(await run.stub.command(command)).toMatchObject({ code: 'QUESTION_CLOSED' });
  });

  it('folds its state from the log when a snapshot has another version', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    const notices = Array.from(
      { length: 400 },
      (_, at) => ({ kind: 'noticed', atMs: 1, jobId: job.id, level: 'info', message: `${at}` }) as const,
    );
    line.say(frame(2, notices));
    line.say(frame(402, notices));
    await line.next('confirmed');
    await line.next('confirmed');
    await line.next('confirmed');
    const before = await run.state();
    await runInDurableObject(run.stub, (object: SpecRun) => {
      expect(object.store.read('SELECT part FROM snapshot')).toHaveLength(1);
      object.store.write("UPDATE snapshot SET version = 0, text = '{}'");
    });
    await evictDurableObject(run.stub);
    expect(await run.state()).toEqual(before);
  });

  it('lets a silent lease lapse by its alarm, and gives the run to another life', async () => {
    const run = await Run.created();
    await working(run);
    await evictDurableObject(run.stub);
    await runInDurableObject(run.stub, (_object, state) => {
      for (const socket of state.getWebSockets('runner')) socket.serializeAttachment({ ...socket.deserializeAttachment(), heardAt: 1 });
    });
    expect(await runDurableObjectAlarm(run.stub)).toBe(true);
    expect(await run.state()).toMatchObject({ status: 'queued', lease: { state: 'lapsed' } });
    const other = await run.runner('lif_b');
    expect(await other.next('granted')).toMatchObject({ fence: 2 });
  });

  it('takes no question on a socket that has not claimed: a lapsed lease is revived by its claim alone', async () => {
    const run = await Run.created();
    await working(run);
    await evictDurableObject(run.stub);
    await runInDurableObject(run.stub, (_object, state) => {
      for (const socket of state.getWebSockets('runner')) socket.serializeAttachment({ ...socket.deserializeAttachment(), heardAt: 1 });
    });
    await runDurableObjectAlarm(run.stub);
    const line = await run.socket();
    line.say({ type: 'confirm_lease', fence: 1 });
    expect((await line.next('bad_frame')).message).toContain('Claim the run first');
    expect((await run.state()).lease?.state).toBe('lapsed');
    line.say({ type: 'claim', wire: 2, lifeId: 'lif_a', runnerName: 'laptop', fence: 1 });
    expect(await line.next('granted')).toMatchObject({ fence: 1 });
  });

  it('frees what a dead life held at once', async () => {
    const run = await Run.created();
    await working(run);
    await run.stub.lifeEnded('lif_a');
    expect(await run.state()).toMatchObject({ status: 'queued', lease: null });
  });

  it('closes the socket of a life whose lease lapses, so that a runner that only slept claims again', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    await evictDurableObject(run.stub);
    await runInDurableObject(run.stub, (_object, state) => {
      for (const socket of state.getWebSockets('runner')) socket.serializeAttachment({ ...socket.deserializeAttachment(), heardAt: 1 });
    });
    await runDurableObjectAlarm(run.stub);
    await line.closed;
    const again = await run.runner('lif_a', 1);
    expect(await again.next('granted')).toMatchObject({ fence: 1 });
    expect((await jobOf(again)).job.id).toBe(job.id);
  });

  it('tells the runner to hold, to go on and to stop', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    await run.stub.command({ kind: 'pause', actor: null });
    expect(await line.next('hold')).toEqual({ type: 'hold', jobId: job.id });
    await run.stub.command({ kind: 'resume', actor: null, plan: null });
    await line.next('go_on');
    await run.stub.command({ kind: 'stop', actor: null });
    await line.next('stop');
    line.say(frame(2, [ended(job, 'stopped')]));
    await line.next('released');
    expect((await run.state()).status).toBe('cancelled');
  });

  it('holds no alarm when it is at rest and D1 knows', async () => {
    const run = await Run.created();
    await run.stub.command({ kind: 'stop', actor: null });
    await run.stub.ensure();
    await runInDurableObject(run.stub, async (_object, state) => {
      await state.storage.sync();
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });

  it('leaves a tombstone when it is destroyed', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    await run.stub.destroy();
    await line.next('stop');
    line.say(frame(2, [ended(job, 'stopped')]));
    await line.closed;
    expect(await run.stub.view()).toBeNull();
    await evictDurableObject(run.stub);
    expect(await run.create()).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a runner is not trusted', () => {
  /** As `working`, and it has heard that what it said so far was taken. */
  async function confirmed(run: Run) {
    const { line, job } = await working(run);
    await line.next('confirmed');
    return { line, job };
  }
  const seqOf = async (run: Run) => (await run.state()).seq;

  it.each([
    ['no credential', () => ({})],
    ['a forged one', (job: CurrentJob) => ({ [job.id]: `jc_${'A'.repeat(43)}` })],
    ['one letter wrong', (job: CurrentJob) => ({ [job.id]: flipped(credentials[job.id] ?? '') })],
    ['an inherited name for one', () => ({ toString: 'x' })],
  ])('with %s: its facts are dropped, and its socket is told', async (_, forge) => {
    const run = await Run.created();
    const { line, job } = await confirmed(run);
    const before = await seqOf(run);
    line.say(frame(2, passing(job), { forged: forge(job) }));
    expect((await line.next('bad_frame', 'confirmed')).type).toBe('bad_frame');
    expect(await seqOf(run)).toBe(before);
    line.say(frame(2, passing(job)));
    await line.next('confirmed');
  });

  it('with the credential of another run: each run has a key of its own', async () => {
    const [mine, theirs] = [await Run.created(), await Run.created()];
    const { line, job } = await confirmed(mine);
    const other = await confirmed(theirs);
    const before = await seqOf(mine);
    // The other run's own job, and this run's job under the other's credential.
    line.say(frame(2, passing(other.job)));
    await line.next('bad_frame');
    line.say(frame(2, passing(job), { forged: { [job.id]: credentials[other.job.id] ?? '' } }));
    await line.next('bad_frame');
    expect(await seqOf(mine)).toBe(before);
    expect(credentials[job.id]).not.toBe(credentials[other.job.id]);
  });

  it('with the credential of the job before: it says nothing about the next one', async () => {
    const run = await Run.created();
    const { line, job } = await confirmed(run);
    line.say(frame(2, passing(job)));
    const next = asCurrent(await jobOf(line));
    line.say(frame(4, passing(next), { forged: { [next.id]: credentials[job.id] ?? '' } }));
    await line.next('bad_frame');
    expect((await run.state()).job?.id).toBe(next.id);
  });

  it('when it replays a true frame after the fence has moved: it is evidence, never a result', async () => {
    const run = await Run.created();
    const { line, job } = await confirmed(run);
    await run.stub.lifeEnded('lif_a');
    const other = await run.runner('lif_b');
    await other.next('granted');
    line.say(frame(2, passing(job)));
    await line.next('confirmed');
    expect(await run.state()).toMatchObject({
      fence: 2,
      totals: { passed: 0 },
      items: [{ status: expect.not.stringMatching('completed') }, {}],
    });
    // Nor does the new fence make the old job's result one.
    other.say(frame(1, [reconciled(), ...passing(job)], { fence: 2 }));
    await other.next('confirmed');
    expect((await run.state()).totals.passed).toBe(0);
  });

  it('when it claims a cost beyond all measure, or a commit that is none', async () => {
    const run = await Run.created();
    const { line, job } = await confirmed(run);
    const before = await seqOf(run);
    for (const lie of [
      { usage: { ...ended(job, 'passed').usage, costMicros: 9e15 } },
      { usage: { ...ended(job, 'passed').usage, inputTokens: -1 } },
      { commit: '--upload-pack=evil' },
      { commit: '../../etc/passwd' },
      { snapshot: 'ext::sh -c evil' },
    ]) {
      line.say(frame(2, [passing(job)[0] as RunnerFact, ended(job, 'passed', lie)]));
      await line.next('bad_frame');
    }
    expect(await seqOf(run)).toBe(before);
    // The branch's old head proves no work.
    line.say(frame(2, [passing(job)[0] as RunnerFact, ended(job, 'passed', { commit: 'base' })]));
    await line.next('confirmed');
    expect((await run.state()).totals.passed).toBe(0);
  });

  it('when it names another runner’s life: it gets neither the lease nor what is said to it', async () => {
    const run = await Run.created();
    const { line, job } = await confirmed(run);
    const forger = await run.runner('lif_a', 1, 'rnr_forger');
    expect((await forger.next('granted', 'gone', 'job')).type).toBe('gone');
    forger.say(frame(2, passing(job)));
    expect((await forger.next('bad_frame', 'confirmed')).type).toBe('bad_frame');
    // The true one's socket is still open.
    line.say(frame(2, passing(job)));
    await line.next('confirmed');
  });

  it('when it works for another person: the run is not there for it', async () => {
    const run = await Run.created();
    const asks = (serves: Record<string, string>) =>
      run.stub.fetch('https://run/runner', { headers: { upgrade: 'websocket', 'x-specwright-runner-id': 'rnr_2', ...serves } });
    expect((await asks({})).status).toBe(404);
    expect((await asks({ 'x-specwright-runner-serves': 'usr_2' })).status).toBe(404);
    const owners = await asks({ 'x-specwright-runner-serves': 'usr_1' });
    expect(owners.status).toBe(101);
    owners.webSocket?.accept();
    owners.webSocket?.close();
  });

  it('when it streams text of a run that it does not hold', async () => {
    const run = await Run.created();
    const { line, job } = await confirmed(run);
    const page = await run.page();
    const other = await run.runner('lif_b', null, 'rnr_2');
    await other.next('not_yet');
    const text = { type: 'text', jobId: job.id, part: 'p1', role: 'text', offset: 0 };
    other.say({ ...text, text: 'forged' });
    other.say({ type: 'confirm_lease', fence: 1 });
    await other.next('lease_confirmed');
    line.say({ ...text, text: 'true' });
    expect(await page.next('text')).toMatchObject({ text: 'true' });
  });

  it('tells its credential again with the same job after the object woke, and may upload until the job is over', async () => {
    const run = await Run.created();
    const { job } = await confirmed(run);
    const first = credentials[job.id] ?? '';
    await evictDurableObject(run.stub);
    const again = await run.runner('lif_a', 1);
    expect((await jobOf(again)).credential).toBe(first);
    expect(await run.stub.jobMayUpload(job.id, first)).toBe(true);
    expect(await run.stub.jobMayUpload(job.id, flipped(first))).toBe(false);
    again.say(frame(2, passing(job)));
    await again.next('confirmed');
    expect(await run.stub.jobMayUpload(job.id, first)).toBe(false);
  });

  it('has its commits kept in parts, the newest alone, for the one that holds the run', async () => {
    const run = await Run.created();
    const { job } = await confirmed(run);
    const credential = credentials[job.id] ?? '';
    const bytes = (length: number, of: number) => new Uint8Array(length).fill(of).buffer as ArrayBuffer;
    expect(await run.stub.bundleFor('rnr_1')).toBeNull();
    expect(await run.stub.keepBundle(job.id, credential, bytes(2_500_000, 7))).toBeNull();
    expect(await run.stub.keepBundle(job.id, credential, bytes(1_200_000, 8))).toBeNull();
    expect(await run.stub.keepBundle(job.id, flipped(credential), bytes(10, 9))).toMatchObject({ code: 'LEASE_LOST' });
    expect(await run.stub.keepBundle(job.id, credential, bytes(20_000_001, 9))).toMatchObject({ code: 'TOO_LARGE' });
    await evictDurableObject(run.stub);
    const kept = new Uint8Array((await run.stub.bundleFor('rnr_1')) ?? new ArrayBuffer(0));
    expect([kept.length, kept.every((byte) => byte === 8)]).toEqual([1_200_000, true]);
    expect(await run.stub.bundleFor('rnr_2')).toBeNull();
  });
});

describe('a revoked runner', () => {
  it('loses its sockets and its lease at once; the job is offered again, and it does not come back', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    const idle = await run.runner('lif_idle', null, 'rnr_1');
    const other = await run.runner('lif_b', null, 'rnr_2');
    await other.next('not_yet');
    await run.stub.runnerGone('rnr_1');
    await Promise.all([line.closed, idle.closed]);
    expect(await run.state()).toMatchObject({ status: 'queued', lease: null, job: null });
    const headers = { upgrade: 'websocket', 'x-specwright-runner-id': 'rnr_1', 'x-specwright-runner-serves': 'all' };
    expect((await run.stub.fetch('https://run/runner', { headers })).status).toBe(503);
    other.say({ type: 'claim', wire: 2, lifeId: 'lif_b', runnerName: 'other', fence: null });
    await other.next('granted');
    other.say(frame(1, [reconciled()], { fence: 2 }));
    const next = asCurrent(await jobOf(other));
    expect(next).toMatchObject({ itemId: job.itemId, fence: 2 });
  });
});

describe('a page', () => {
  it('gets a greeting and the state, then what happens', async () => {
    const run = await Run.created();
    const page = await run.page();
    expect(await page.next('greeting')).toMatchObject({ runId: run.id, seq: 2 });
    expect(await page.next('state')).toMatchObject({ state: { seq: 2 }, recent: [{ seq: 1 }, { seq: 2 }] });
    await run.runner();
    expect((await page.next('events')).events[0]).toMatchObject({ seq: 3, kind: 'lease_granted' });
  });

  it('that names the last number it saw gets every event since, without a gap', async () => {
    const run = await Run.created();
    await working(run);
    const { seq } = await run.state();
    const page = await run.page(1);
    const { events } = await page.next('events');
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: seq - 1 }, (_, at) => at + 2));
  });

  it('makes the runner stream text while it watches; text is passed on and not stored', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    const page = await run.page();
    expect(await line.next('watch')).toEqual({ type: 'watch', on: true });
    const { seq } = await run.state();
    line.say({ type: 'text', jobId: job.id, part: 'p1', role: 'text', offset: 0, text: 'Hello' });
    expect(await page.next('text')).toMatchObject({ text: 'Hello' });
    expect((await run.state()).seq).toBe(seq);
    page.close();
    expect(await line.next('watch')).toEqual({ type: 'watch', on: false });
  });

  it('that acknowledges nothing for a thousand events is told to open again', async () => {
    const run = await Run.created();
    const { line, job } = await working(run);
    const page = await run.page();
    await page.next('state');
    for (let at = 0; at < 4; at++) {
      const notices = Array.from(
        { length: 400 },
        () => ({ kind: 'noticed', atMs: 1, jobId: job.id, level: 'info', message: 'x' }) as const,
      );
      line.say(frame(2 + at * 400, notices));
      await line.next('confirmed');
      await page.next('events', 'resync');
    }
    line.say(frame(1602, [{ kind: 'noticed', atMs: 1, jobId: job.id, level: 'info', message: 'last' }]));
    await page.closed;
  });
});

describe('the budget of writes', () => {
  it('is kept, D1 and its indexes included: at most 40 rows and 15 wake-ups a chunk of ten tool events, nobody watching', async () => {
    const chunks = 10;
    const run = await Run.created(Array.from({ length: chunks }, (_, at) => planned(`c${at}`)));
    await seedSpec(
      run,
      Array.from({ length: chunks }, (_, at) => `c${at}`),
    );
    let { line, job } = await working(run);
    const before = await runInDurableObject(run.stub, (object: SpecRun) => meters(object));
    let first = 2;
    for (let chunk = 0; chunk < chunks; chunk++) {
      for (const facts of framesOf(job)) {
        line.say(frame(first, facts));
        first += facts.length;
        await line.next('confirmed');
        // In real life minutes lie between: D1 is told of every step.
        await runInDurableObject(run.stub, (object: SpecRun) => object.projection.flush());
      }
      if (chunk < chunks - 1) job = asCurrent(await jobOf(line));
    }
    await line.next('released');
    await run.stub.ensure();
    const after = await runInDurableObject(run.stub, (object: SpecRun) => meters(object));
    const rows = after.rows + after.d1Rows - before.rows - before.d1Rows;
    const used = await bound.DB.prepare('SELECT count(*) AS n FROM usage WHERE run_id = ?').bind(run.id).first();
    expect(used).toEqual({ n: chunks });
    expect(after.d1Rows - before.d1Rows).toBeGreaterThan(10 * chunks);
    console.log(
      `a chunk: ${rows / chunks} rows (${(after.d1Rows - before.d1Rows) / chunks} in D1), ${(after.wakeUps - before.wakeUps) / chunks} wake-ups`,
    );
    expect(rows).toBeLessThanOrEqual(40 * chunks);
    expect(after.wakeUps - before.wakeUps).toBeLessThanOrEqual(15 * chunks);
    const row = await bound.DB.prepare('SELECT status, progress_passed FROM runs WHERE id = ?').bind(run.id).first();
    expect(row).toEqual({ status: 'completed', progress_passed: chunks });
  });
});

function flipped(text: string): string {
  return `${text.slice(0, -2)}${text.at(-2) === 'A' ? 'B' : 'A'}${text.slice(-1)}`;
}

function asCurrent({ job }: { job: { chunkId: string } }): CurrentJob {
  return { ...job, itemId: job.chunkId } as unknown as CurrentJob;
}

/** A chunk as a runner reports it: a frame at each border between steps, tool calls between them. */
function framesOf(job: CurrentJob): RunnerFact[][] {
  const { id: jobId } = job;
  const started = (step: 'prepare' | 'execute' | 'verify' | 'review' | 'promote') =>
    ({ kind: 'step_started', atMs: 1, jobId, step }) as const;
  const ended = (step: 'prepare' | 'execute' | 'verify' | 'review' | 'promote') =>
    ({ kind: 'step_ended', atMs: 1, jobId, step, ok: true, durationMs: 1, message: null }) as const;
  const called = {
    kind: 'tool_called',
    atMs: 1,
    jobId,
    callId: 'c',
    tool: 'edit',
    status: 'completed',
    title: '',
    input: '{}',
    output: '',
  } as const;
  return [
    [started('prepare')],
    [ended('prepare'), started('execute')],
    [called, called, called, called, called],
    [called, called, called, called, called],
    [ended('execute'), started('verify')],
    [ended('verify'), started('review')],
    [...passing(job).slice(0, 1), ended('review'), started('promote')],
    [ended('promote'), ...passing(job).slice(1)],
  ];
}

function meters(object: SpecRun) {
  return { rows: object.store.rowsWritten, d1Rows: object.projection.rowsWritten, wakeUps: object.wakeUps };
}

const AWAY = {
  prepare: (sql: string) => bound.DB.prepare(sql),
  batch: () => Promise.reject(new Error('D1 is away')),
} as unknown as D1Database;

function setD1(object: SpecRun, db: D1Database): void {
  (object.projection as unknown as { db: D1Database }).db = db;
}

async function seedSpec(run: Run, chunks: string[]): Promise<void> {
  const insert = (table: string, row: Record<string, string | number>) =>
    bound.DB.prepare(`INSERT INTO ${table} (${Object.keys(row).join()}) VALUES (${Object.keys(row).map(() => '?')})`).bind(
      ...Object.values(row),
    );
  const dated = { created_at: 0, updated_at: 0 };
  const texts = { title: 'C', description: '', acceptance_criteria: '[]', depends_on: '[]' };
  const owned = { organisation_id: run.organisationId, project_id: run.projectId };
  await bound.DB.batch([
    insert('organisations', { id: run.organisationId, name: 'Org', created_at: 0 }),
    insert('projects', { id: run.projectId, organisation_id: run.organisationId, name: 'P', repository: '{}', settings: '{}', ...dated }),
    insert('specs', { id: run.specId, ...owned, title: 'A spec', text: '', status: 'ready', version: 1, ...dated }),
    ...chunks.map((id, at) => insert('chunks', { id, ...owned, spec_id: run.specId, key: id, position: at, ...texts, ...dated })),
  ]);
}
