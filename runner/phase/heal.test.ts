import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PhaseJob } from '@specwright/protocol/phase.ts';
import { expect, test } from 'vitest';
import type { FactDraft } from '../job/job-context.ts';
import { type GivenPhase, givenPhase } from '../testing/given-phase.ts';
import { endOf } from '../testing/given-place.ts';

const PROGRAM = fileURLToPath(new URL('../agents/acp/stand-in-agent.mjs', import.meta.url));
const HEALABLE = { cause: 'syntax_error', healable: true, confident: true, advice: 'Close the bracket in a.js.' };

interface Sent {
  method: string;
  params: { sessionId?: string; prompt?: { text: string }[] };
}

/** A phase whose agent says back what stands behind PLAY in its prompt; what it was sent is kept. */
async function given(): Promise<{ phase: GivenPhase; sent(): Sent[]; prompts(): string[] }> {
  let log = '';
  const phase = await givenPhase('true', {
    prepare: (repository) => {
      log = join(repository.folder, 'log');
      const tool = `{ id: agent, type: acp, path: '${PROGRAM}', args: [remembers], home: own, env: { STAND_IN_LOG: '${log}' } }`;
      repository.write('.handoff/config.yaml', `tools:\n  executors: [${tool}]\ndefaults: { executor: agent }\nchecks: []\n`);
      repository.commit('An agent with sessions');
    },
  });
  const sent = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []).map((line) => JSON.parse(line) as Sent);
  const prompts = () => sent().flatMap(({ method, params }) => (method === 'session/prompt' ? [params.prompt?.[0]?.text ?? ''] : []));
  return { phase, sent, prompts };
}

/** Heals the first batch, whose failure was told in these words. */
function heal(phase: GivenPhase, message: string, more: Partial<PhaseJob> = {}): Promise<FactDraft[]> {
  const feedback = [{ attempt: 1, outcome: 'unconfirmed', message, verdict: null, failedChecks: [] }];
  const job = { chunkId: 'batch-1', key: 'batch-1', kind: 'heal', feedback, limits: { costMicros: 2_500_000, tokens: null } } as const;
  return phase.carryOut('implement', {
    batch: phase.seen.batches[0] ?? null,
    diagnosis: { costMicros: 500_000 },
    ...more,
    job: { ...job, feedback },
  });
}

const diagnosisIn = (facts: FactDraft[]) => facts.find((fact) => fact.kind === 'diagnosed');
const noticed = (facts: FactDraft[]) => facts.flatMap((fact) => (fact.kind === 'noticed' ? [fact.message] : []));

test('a heal goes on in a fork of the session that failed, and knows what the diagnosis found', async () => {
  const { phase, sent, prompts } = await given();
  const facts = await heal(phase, `PLAY says ${JSON.stringify(HEALABLE)}`, { forkFrom: { sessionId: 's-old', agentType: 'acp' } });
  expect(diagnosisIn(facts)).toMatchObject({ diagnosis: HEALABLE, message: 'syntax error. Close the bracket in a.js.' });
  expect(sent().find(({ method }) => method === 'session/fork')?.params.sessionId).toBe('s-old');
  expect(noticed(facts)).toContain('The heal goes on in a fork of the session that failed.');
  const [asked = '', healed = ''] = prompts();
  expect(asked).toMatch(/^Job: .*\nChunk: batch-1\nRole: diagnosis\n/);
  expect(asked).toContain('- T001: a\n- T002: b');
  expect(healed).toContain('A look at the failure says (syntax error): Close the bracket in a.js.');
  expect(healed).toContain('Do not ask questions: nobody can answer.');
  expect(endOf(facts)).toMatchObject({ result: 'unconfirmed' });
  await phase.close();
});

test('a session that is gone is told, and the heal begins anew; that of another agent is not asked for', async () => {
  const { phase, sent } = await given();
  const lost = await heal(phase, 'It failed.', { forkFrom: { sessionId: 's-gone', agentType: 'acp' }, diagnosis: undefined });
  expect(noticed(lost)).toContain('The session that failed is not here any more, or cannot be forked: the heal goes on in a new one.');
  const before = sent().length;
  const other = await heal(phase, 'It failed.', { forkFrom: { sessionId: 's-old', agentType: 'opencode' }, diagnosis: undefined });
  expect(
    sent()
      .slice(before)
      .map(({ method }) => method),
  ).not.toContain('session/fork');
  expect(noticed(other)).toEqual([]);
  expect(diagnosisIn(other)).toBeUndefined();
  await phase.close();
});

test('what a diagnosis rules out is not healed: no agent works, and the attempt ends with its reason', async () => {
  const { phase, prompts } = await given();
  const hopeless = { cause: 'other', healable: false, confident: true, advice: 'The test needs an account at the bank.' };
  const facts = await heal(phase, `PLAY says ${JSON.stringify(hopeless)}`);
  expect(endOf(facts)).toMatchObject({ result: 'unhealable', message: hopeless.advice, snapshot: null });
  expect(prompts()).toHaveLength(1);
  await phase.close();
});

test.each<[string, string, Partial<PhaseJob>, RegExp]>([
  ['is not sure', `PLAY says ${JSON.stringify({ ...HEALABLE, healable: false, confident: false })}`, {}, /may be beyond an agent/],
  ['does not answer in its form', 'PLAY says Hm.', {}, /There is no diagnosis: .*healed all the same/],
  ['fails', 'PLAY fails -32603 overloaded', {}, /There is no diagnosis: .*healed all the same/],
  ['has no money', 'It failed.', { diagnosis: { costMicros: 0 } }, /no money left for one/],
])('a batch is healed all the same where its diagnosis %s', async (_, message, more, told) => {
  const { phase, prompts } = await given();
  const facts = await heal(phase, message, more);
  expect(diagnosisIn(facts)).toMatchObject({ message: expect.stringMatching(told) });
  expect(endOf(facts).result).not.toBe('unhealable');
  expect(prompts().at(-1)).toContain('Role: executor');
  await phase.close();
});
