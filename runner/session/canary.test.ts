import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@specwright/protocol/id.ts';
import { afterEach, expect, test } from 'vitest';
import { makeOpenCrew } from '../agents/open-crew.ts';
import { readDurations } from '../durations.ts';
import { fixedToken } from '../identity/identity.ts';
import { maskedLog } from '../log.ts';
import { makeConnections } from '../loops/connections.ts';
import { makeMask } from '../masking/mask.ts';
import { configurationOf, givenGrant, givenJob, givenRepository, RUN } from '../testing/given-place.ts';
import { type PlayedServer, playedServer } from '../testing/played-server.ts';
import { openRunSession } from './run-session.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const word = (length: number, from: number) =>
  Array.from({ length }, (_one, at) => 'aB3dE5gH7jK9mN1pQr'[(from + at * 7 + ((at * at) % 11)) % 18]).join('');

/** Values of the environment of the machine, and keys that no variable names. */
const VALUES = {
  DEPLOY_PASSWORD: `canary one "${word(14, 1)}" &all`,
  STAGING_SECRET: `canary-two-${word(20, 2)}`,
  CI_DATABASE_URL: `postgres://app:${word(22, 3)}@db/app`,
};
const KEYS = {
  github: `ghp_${word(36, 4)}`,
  anthropic: `sk-ant-api03-${word(60, 5)}`,
  aws: `AKIA${'CANARY234567WXYZ'}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.${word(40, 6)}.${word(43, 7)}`,
  pem: `-----BEGIN RSA PRIVATE KEY-----\n${word(64, 8)}\n${word(64, 9)}\n-----END RSA PRIVATE KEY-----`,
};
const SECRETS = [VALUES.DEPLOY_PASSWORD, VALUES.STAGING_SECRET, word(22, 3), ...Object.values(KEYS)];

/** Every way in which a secret could be recognised by somebody who looks for it. */
function tracesOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const lines = secret.split('\n').map((line) => line.slice(-16));
  const json = JSON.stringify(secret).slice(1, -1);
  const encoded = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'), encodeURIComponent(secret)];
  return [...lines, json, ...encoded.map((text) => text.slice(4, 28))].filter((trace) => trace.length >= 12);
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
/** Says a text so that it comes in two pieces. */
const inTwo = (text: string) => {
  const half = Math.floor(text.length / 2);
  return `printf %s ${quoted(text.slice(0, half))}; sleep 0.05; printf '%s\\n' ${quoted(text.slice(half))}`;
};
const sayAll = [
  ...SECRETS.map((secret) => `printf '%s\\n' ${quoted(`plain: ${secret}`)}`),
  ...SECRETS.map(
    (secret) =>
      `printf '%s\\n' ${quoted(`encoded: ${Buffer.from(secret).toString('base64')} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('hex')}`)}`,
  ),
  ...SECRETS.map(inTwo),
  `printf '%s\\n' ${quoted(`git clone https://ada:${word(22, 3)}@git.example.org/a.git`)}`,
].join('\n');
const toolLine = (secret: string, index: number) =>
  `::specwright ${JSON.stringify({ kind: 'tool', callId: `call${index}`, tool: 'bash', status: index % 2 ? 'running' : 'completed', title: secret, input: `curl -H "Authorization: Bearer ${secret}"`, output: `out ${secret}` })}`;
const sayTools = SECRETS.map((secret, index) => `printf '%s\\n' ${quoted(toolLine(secret, index))}`).join('\n');
const VERDICT = JSON.stringify({
  verdict: 'pass',
  summary: `Fine, and the key ${KEYS.github} with ${VALUES.STAGING_SECRET} works.`,
  checks: [{ name: 'seen', passed: true, evidence: { text: `it printed ${KEYS.anthropic}` } }],
  requestedChanges: [],
});

async function givenJobThatTellsAll(more: { exit?: string; check?: string; configured?: string } = {}) {
  const env = { ...process.env, ...VALUES };
  const repository = givenRepository();
  const files = `printf '%s\\n' ${SECRETS.map(quoted).join(' ')} > work.txt`;
  // Commands of a configuration are short: the scripts stand in the repository.
  repository.write('tell.sh', sayAll);
  repository.write('executor.sh', `${sayAll}\n${sayTools}\n(${sayAll}) >&2\n${files}\n${more.exit ?? ''}`);
  repository.write('reviewer.sh', `${sayAll}\nprintf '%s\\n' ${quoted(VERDICT)}`);
  const scripts = { executor: 'sh executor.sh', reviewer: 'sh reviewer.sh', setup: 'sh tell.sh', check: more.check ?? 'sh tell.sh' };
  repository.write('.handoff/config.yaml', more.configured ?? configurationOf(scripts));
  repository.commit('Configure');
  const server = await playedServer();
  closing.push(server.close);
  const connections = makeConnections(server.url);
  closing.push(() => connections.close());
  const durations = readDurations({
    SPECWRIGHT_RECONNECT_FIRST_MS: '1',
    SPECWRIGHT_FAREWELL_MS: '50',
    SPECWRIGHT_BATCH_WATCHED_MS: '1',
    SPECWRIGHT_BATCH_FIRST_MS: '1',
  });
  const logged: string[] = [];
  const log = maskedLog((...line) => void logged.push(JSON.stringify(line)), makeMask(env));
  const dataDir = join(repository.folder, 'runner data');
  const session = openRunSession({
    server: server.url,
    identity: fixedToken('token'),
    agent: connections.agent,
    runId: RUN,
    lifeId: newId('life'),
    runnerName: 'test',
    dataDir,
    durations,
    env,
    log,
    links: null,
    openCrew: makeOpenCrew({ environment: env, found: [], durations }),
    onAnswered: () => {},
  });
  closing.push(session.close);
  return { repository, server, session, logged, dataDir };
}

function expectNothingLeft(server: PlayedServer, others: string[] = []): void {
  const left = [server.heard(), ...others].join('\n');
  for (const secret of SECRETS)
    for (const trace of tracesOf(secret)) expect(left.includes(trace), `${trace} of ${secret.slice(0, 24)}`).toBe(false);
  expect(left).toContain('[masked]');
}

test('a job that prints every secret in every way, watched live, lets none of them leave the machine', { timeout: 30_000 }, async () => {
  const { repository, server, session, logged, dataDir } = await givenJobThatTellsAll();
  const socket = await server.socket();
  await socket.next('claim');
  socket.say(givenGrant(repository));
  const reconciled = (await socket.facts('reconciled')).at(-1)?.fact;
  if (reconciled?.kind !== 'reconciled') throw new Error('not reconciled');
  socket.say({ type: 'watch', on: true });
  const job = givenJob(reconciled.head);
  socket.say({ type: 'job', job, credential: 'credential of the job' });
  const facts = await socket.facts('job_ended');
  const end = facts.at(-1)?.fact;
  expect(end).toMatchObject({ kind: 'job_ended', result: 'passed' });
  const journal = readFileSync(join(dataDir, 'journals', `${RUN}.jsonl`), 'utf8');
  expectNothingLeft(server, [journal, logged.join('\n')]);
  // All of it was there to be told: text as it streamed, tools, pieces, checks, the verdict, the diff, and a word of warning about it.
  expect(server.heard()).toContain('"type":"text"');
  for (const kind of ['tool_called', 'check_ended', 'review_ended', 'noticed'])
    expect(facts.map(({ fact }) => fact.kind as string)).toContain(kind);
  expect(facts.find(({ fact }) => fact.kind === 'noticed')?.fact).toMatchObject({
    message: expect.stringContaining('work.txt holds what looks like a secret'),
  });
  // The commit's message goes wherever the branch is pushed.
  const message = repository.git('log', '-1', '--format=%B', 'specwright/test-0000000a');
  for (const secret of [KEYS.github, VALUES.STAGING_SECRET]) expect(message).not.toContain(secret.slice(-12));
  expect(message).toContain('[masked]');
  // The work itself is the agent's: it stays as it is.
  expect(repository.git('show', 'specwright/test-0000000a:work.txt')).toContain(KEYS.github);
  socket.say({ type: 'released', message: 'Done.' });
  await session.ended;
});

test('an agent that fails, a check that fails, and a wrong configuration tell no secret in their errors', { timeout: 30_000 }, async () => {
  for (const more of [
    { exit: `printf '%s' ${quoted(KEYS.jwt)} >&2; exit 3` },
    { check: `printf '%s\\n' ${quoted(VALUES.DEPLOY_PASSWORD)} >&2; exit 9` },
  ]) {
    const { repository, server, session } = await givenJobThatTellsAll(more);
    const socket = await server.socket();
    await socket.next('claim');
    socket.say(givenGrant(repository));
    const reconciled = (await socket.facts('reconciled')).at(-1)?.fact;
    if (reconciled?.kind !== 'reconciled') throw new Error('not reconciled');
    socket.say({ type: 'job', job: givenJob(reconciled.head), credential: 'credential of the job' });
    expect((await socket.facts('job_ended')).at(-1)?.fact).not.toMatchObject({ result: 'passed' });
    await session.close();
    expectNothingLeft(server);
  }
});

test('a variable that the configuration of a repository puts into a command is masked where the command is shown', async () => {
  const configured = `${configurationOf({})}`.replace('checks: []', `checks: [{ name: call, command: 'echo \${STAGING_SECRET}' }]`);
  const { repository, server, session } = await givenJobThatTellsAll({ configured });
  const socket = await server.socket();
  await socket.next('claim');
  socket.say(givenGrant(repository));
  const reconciled = (await socket.facts('reconciled')).at(-1)?.fact;
  expect(JSON.stringify(reconciled)).toContain('echo [masked]');
  await session.close();
  expectNothingLeft(server);
});

test('each frame of facts carries the credentials of the jobs that it names, and the journal keeps them for a later life', async () => {
  const { repository, server, session, dataDir } = await givenJobThatTellsAll({
    configured: configurationOf({ executor: 'date +%N > work.txt' }),
  });
  const socket = await server.socket();
  await socket.next('claim');
  socket.say(givenGrant(repository));
  const frame = await socket.next('facts');
  expect(frame.credentials).toEqual({});
  const head = frame.facts.find((fact) => fact.kind === 'reconciled');
  if (head?.kind !== 'reconciled') throw new Error('not reconciled');
  const job = givenJob(head.head);
  socket.say({ type: 'job', job, credential: 'good for this job' });
  expect((await socket.next('facts')).credentials).toEqual({ [job.id]: 'good for this job' });
  expect(readFileSync(join(dataDir, 'journals', `${RUN}.jsonl`), 'utf8')).toContain('good for this job');
  await session.close();
});
