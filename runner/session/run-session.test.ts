import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@specwright/protocol/id.ts';
import type { Granted } from '@specwright/protocol/runner-down.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { afterEach, expect, test } from 'vitest';
import { makeOpenCrew } from '../agents/open-crew.ts';
import { readDurations } from '../durations.ts';
import { fixedToken } from '../identity/identity.ts';
import { openJournal } from '../journal/journal.ts';
import { makeConnections } from '../loops/connections.ts';
import { makeRunnerApi } from '../loops/runner-api.ts';
import { BRANCH, configurationOf, type GivenAgents, givenGrant, givenJob, givenRepository, RUN } from '../testing/given-place.ts';
import { type PlayedServer, type PlayedSocket, playedServer } from '../testing/played-server.ts';
import { openRunSession } from './run-session.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function givenSession(agents: GivenAgents = {}, played: Parameters<typeof playedServer>[0] = {}) {
  const repository = givenRepository();
  repository.write('.handoff/config.yaml', configurationOf({ executor: 'date +%N >> work.txt', ...agents }));
  repository.commit('Configure');
  const server = await playedServer(played);
  closing.push(server.close);
  const connections = makeConnections(server.url);
  closing.push(async () => connections.close());
  const dataDir = join(repository.folder, 'runner data');
  const durations = readDurations({ SPECWRIGHT_RECONNECT_FIRST_MS: '1', SPECWRIGHT_FAREWELL_MS: '50' });
  const open = () => {
    const answers: string[] = [];
    const session = openRunSession({
      server: server.url,
      identity: fixedToken('token'),
      agent: connections.agent,
      runId: RUN,
      lifeId: newId('life'),
      runnerName: 'test',
      dataDir,
      durations,
      env: process.env,
      log: () => {},
      links: null,
      openCrew: makeOpenCrew({ environment: process.env, found: [], durations }),
      onAnswered: (answer) => answers.push(answer),
    });
    closing.push(session.close);
    return { session, answers };
  };
  return { repository, server, connections, dataDir, open };
}

/** Claims and is granted; answers the socket and the head that was reconciled. */
async function granted(server: PlayedServer, repository: Parameters<typeof givenGrant>[0], more: Partial<Granted> = {}) {
  const socket = await server.socket();
  await socket.next('claim');
  socket.say({ ...givenGrant(repository), ...more });
  const fact = (await socket.facts('reconciled')).at(-1)?.fact;
  if (fact?.kind !== 'reconciled') throw new Error('not reconciled');
  return { socket, head: fact.head, fact };
}

async function carriedOut(socket: PlayedSocket, baseCommit: string, chunkId: string) {
  socket.say({ type: 'job', job: givenJob(baseCommit, { id: `job ${chunkId}`, chunkId }), credential: 'jc_played' });
  const facts = await socket.facts('job_ended');
  return { facts, end: facts.at(-1)?.fact as Extract<RunnerFact, { kind: 'job_ended' }> };
}

test('claim, reconcile, jobs one after the other, and nothing is left at the release', async () => {
  const { repository, server, dataDir, open } = await givenSession();
  const { session, answers } = open();
  const { socket, head } = await granted(server, repository);
  const first = await carriedOut(socket, head, 'one');
  const second = await carriedOut(socket, first.end.commit ?? '', 'two');
  expect([first.end.result, second.end.result]).toEqual(['passed', 'passed']);
  expect(first.facts.map((one) => one.number)).toEqual(first.facts.map((_one, index) => index + 2));
  expect(repository.git('rev-list', '--count', `main..${BRANCH}`)).toBe('2');
  socket.say({ type: 'released', message: 'Done.' });
  await session.ended;
  expect(answers).toEqual(['granted']);
  expect(['worktrees', 'homes', 'journals'].map((name) => readdirSync(join(dataDir, name)))).toEqual([[], [], []]);
});

test('between a pull and the first job stand two round trips: the opening with its claim, and what was reconciled', async () => {
  const { repository, server, connections, open } = await givenSession();
  const api = makeRunnerApi({ connections, identity: fixedToken('token'), timeoutMs: 10_000, signal: new AbortController().signal });
  await api.pull(1);
  open();
  const socket = await server.socket();
  socket.say(givenGrant(repository));
  // Nothing but the claim came before, and it came with the opening, on the connection of the pull.
  expect((await socket.first()).type).toBe('claim');
  expect((await socket.first()).type).toBe('facts');
  expect(server.connections()).toBe(1);
});

test('a claim that the opening did not carry over is said as a frame, once, at each opening', async () => {
  const { repository, server, open } = await givenSession({}, { hearsOpenings: false });
  const { session } = open();
  const socket = await server.socket();
  expect(await socket.first()).toMatchObject({ type: 'claim', fence: null });
  socket.say(givenGrant(repository));
  expect((await socket.first()).type).toBe('facts');
  socket.cut();
  const again = await server.socket();
  expect(await again.first()).toMatchObject({ type: 'claim', fence: 1 });
  again.say(givenGrant(repository));
  expect((await again.first()).type).toBe('facts');
  again.say({ type: 'released', message: 'Done.' });
  await session.ended;
});

test('a run that another still holds is claimed again on the same socket', async () => {
  const { repository, server, open } = await givenSession();
  const { answers } = open();
  const socket = await server.socket();
  await socket.next('claim');
  socket.say({ type: 'not_yet', retryInMs: 1, message: 'Another holds the run.' });
  expect((await socket.first()).type).toBe('claim');
  socket.say(givenGrant(repository));
  await socket.facts('reconciled');
  expect(answers).toEqual(['not_yet', 'granted']);
});

test('a socket that closes in mid-job opens again under the same fence and sends all that was not received', async () => {
  const { repository, server, dataDir, open } = await givenSession({
    executor: 'echo x > work.txt; while [ ! -e go ]; do sleep 0.01; done; rm go',
  });
  open();
  const { socket, head } = await granted(server, repository);
  socket.say({ type: 'job', job: givenJob(head), credential: 'jc_played' });
  await socket.next('facts');
  socket.cut();
  const again = await server.socket();
  expect((await again.next('claim')).fence).toBe(1);
  again.say({ ...givenGrant(repository), received: { '1': 1 } });
  again.say({ type: 'job', job: givenJob(head), credential: 'jc_played' });
  const [worktree = ''] = readdirSync(join(dataDir, 'worktrees'));
  writeFileSync(join(dataDir, 'worktrees', worktree, 'go'), '');
  const facts = await again.facts('job_ended');
  expect(facts.map((one) => one.number)).toEqual(facts.map((_one, index) => index + 2));
  expect(facts.filter(({ fact }) => fact.kind === 'job_ended')).toHaveLength(1);
});

test('pings that are answered on a connection whose claim was not granted are no leave to move the branch', async () => {
  const { repository, server, dataDir, open } = await givenSession({
    executor: 'echo x > work.txt; while [ ! -e go ]; do sleep 0.01; done; rm go',
  });
  const { session } = open();
  const { socket, head } = await granted(server, repository, { leaseMs: 300 });
  socket.say({ type: 'job', job: givenJob(head), credential: 'jc_played' });
  await socket.next('facts');
  socket.cut();
  const again = await server.socket();
  await again.next('claim');
  again.say({ type: 'not_yet', retryInMs: 60_000, message: 'Another holds the run.' });
  // One in a third of the lease: it has run out since the cut.
  await again.pinged(5);
  const [worktree = ''] = readdirSync(join(dataDir, 'worktrees'));
  writeFileSync(join(dataDir, 'worktrees', worktree, 'go'), '');
  expect(await again.next('confirm_lease')).toEqual({ type: 'confirm_lease', fence: 1 });
  again.say({ type: 'lease_confirmed', fence: 1, held: false });
  again.say({ type: 'gone', message: 'Another has it.' });
  await session.ended;
  expect(repository.git('for-each-ref', `refs/heads/${BRANCH}`)).toBe('');
});

test('a job that was carried out is not carried out again', async () => {
  const { repository, server, open } = await givenSession();
  open();
  const { socket, head } = await granted(server, repository);
  const { end } = await carriedOut(socket, head, 'one');
  socket.say({ type: 'job', job: givenJob(head, { id: 'job one', chunkId: 'one' }), credential: 'credential' });
  const next = await carriedOut(socket, end.commit ?? '', 'two');
  expect(next.facts.every(({ fact }) => !('jobId' in fact) || fact.jobId === 'job two')).toBe(true);
});

test('a reset that is said again after a promotion undoes nothing', async () => {
  const { repository, server, open } = await givenSession();
  open();
  const { socket, head } = await granted(server, repository);
  const first = await carriedOut(socket, head, 'one');
  socket.say({ type: 'reset', commit: head });
  const second = await carriedOut(socket, first.end.commit ?? '', 'two');
  expect(second.end.result).toBe('passed');
  expect(repository.git('rev-list', '--count', `main..${BRANCH}`)).toBe('2');
});

test('a reset before a job puts the branch where that job begins, here and in the repository', async () => {
  const { repository, server, open } = await givenSession();
  open();
  const { socket, head } = await granted(server, repository);
  await carriedOut(socket, head, 'one');
  socket.say({ type: 'reset', commit: head });
  const again = await carriedOut(socket, head, 'other');
  expect(again.end.result).toBe('passed');
  expect(repository.git('log', '--format=%H', `main..${BRANCH}`)).toBe(again.end.commit);
});

test('a new fence begins anew: what was seen under the old one is told under the old one', async () => {
  const { repository, server, dataDir, open } = await givenSession();
  const journal = openJournal(dataDir, RUN);
  journal.add(1, { kind: 'noticed', atMs: 1, jobId: null, level: 'info', message: 'of a dead life' }, []);
  journal.close();
  open();
  const socket = await server.socket();
  await socket.next('claim');
  socket.say({ ...givenGrant(repository), fence: 2 });
  const facts = await socket.facts('reconciled');
  expect(facts.map(({ number, fence, fact }) => [number, fence, fact.kind])).toEqual([
    [1, 1, 'noticed'],
    [1, 2, 'reconciled'],
  ]);
});

test('a run that another has is told what was seen of it, then left', async () => {
  const { server, dataDir, open } = await givenSession();
  const journal = openJournal(dataDir, RUN);
  journal.add(1, { kind: 'noticed', atMs: 1, jobId: null, level: 'info', message: 'seen' }, []);
  journal.close();
  const { session, answers } = open();
  const socket = await server.socket();
  await socket.next('claim');
  socket.say({ type: 'gone', message: 'Another has it.' });
  expect((await socket.facts('noticed')).at(-1)?.fence).toBe(1);
  await session.ended;
  expect(answers).toEqual(['gone']);
  expect(existsSync(join(dataDir, 'journals', `${RUN}.jsonl`))).toBe(false);
});

test('a run that the server does not know is left', async () => {
  const { open } = await givenSession({}, { refuse: 404 });
  const { session, answers } = open();
  await session.ended;
  expect(answers).toEqual(['gone']);
});

test('a wrong configuration is told with file and line before any job', async () => {
  const { repository, server, open } = await givenSession();
  repository.write('.handoff/config.yaml', 'checks: 7\n');
  repository.commit('Break');
  open();
  const socket = await server.socket();
  await socket.next('claim');
  socket.say(givenGrant(repository));
  expect((await socket.facts('reconcile_failed')).at(-1)?.fact).toMatchObject({ code: 'CONFIGURATION_INVALID', line: 1 });
});

test('a configuration that was mended since is read when the run is opened again', async () => {
  const { repository, server, open } = await givenSession();
  const right = configurationOf({});
  repository.write('.handoff/config.yaml', right.replace('executor: worker', 'executor: nobody'));
  repository.commit('Configure wrongly');
  const { session } = open();
  const socket = await server.socket();
  await socket.next('claim');
  socket.say(givenGrant(repository));
  await socket.facts('reconcile_failed');
  socket.say({ type: 'released', message: 'It failed.' });
  await session.ended;
  repository.write('.handoff/config.yaml', right);
  repository.commit('Mend it');
  open();
  const { head } = await granted(server, repository, { fence: 2 });
  expect(head).toBe(repository.git('rev-parse', 'main'));
});

test('a refused publication is told before the attempt ends', async () => {
  const { repository, server, open } = await givenSession();
  open();
  const { socket, head } = await granted(server, repository);
  const first = await carriedOut(socket, head, 'one');
  repository.git('checkout', '--quiet', BRANCH);
  const second = await carriedOut(socket, first.end.commit ?? '', 'two');
  const kinds = second.facts.map(({ fact }) => (fact.kind === 'noticed' ? `noticed ${fact.level}` : fact.kind));
  expect(kinds).toContain('noticed warning');
  expect(kinds.at(-1)).toBe('job_ended');
});
