import type { PhaseJob } from '@specwright/protocol/phase.ts';
import { expect, test } from 'vitest';
import { BRANCH, configurationOf, endOf, givenPlace, givenRepository } from '../testing/given-place.ts';

const PHASE: PhaseJob = {
  ...{ stage: 'command', command: 'review', folder: null, taskFile: null, baseBranch: 'main', additionalContext: 'Look at the shop.' },
  ...{ batchSize: 15, maxSteps: 50, batch: null },
};

async function given(executor: string, files: Record<string, string> = {}) {
  const repository = givenRepository();
  // Its checks would fail: a command of the repository answers to none.
  repository.write('.handoff/config.yaml', configurationOf({ executor, check: 'exit 1' }));
  for (const [name, text] of Object.entries(files)) repository.write(name, text);
  repository.commit('Configure');
  return { repository, place: await givenPlace(repository) };
}

test('a command of the repository is given as it stands, and what it changes is committed on the run’s branch', async () => {
  const { repository, place } = await given('cat > seen.txt', {
    '.claude/commands/flow.review.md': '---\nmodel: x\n---\nReview $ARGUMENTS.\n',
  });
  const facts = await place.attempt({ phase: PHASE, title: 'Run review', key: 'command' });
  expect(endOf(facts)).toMatchObject({ result: 'passed', diffStat: { files: 1 } });
  const steps = facts.flatMap((fact) => (fact.kind === 'step_ended' && fact.ok ? [fact.step] : []));
  expect(steps).toEqual(['prepare', 'execute', 'confirm', 'verify', 'promote']);
  const prompt = repository.git('show', `${BRANCH}:seen.txt`);
  expect(prompt).toContain("Carry out this repository's command /flow.review (.claude/commands/flow.review.md)");
  expect(prompt).toContain('Review the instructions above.');
  expect(prompt).toContain('Additional context:\nLook at the shop.');
  expect(prompt).not.toContain('phase folder');
  await place.close();
});

test('one that changes nothing is fine, and leaves the branch where it stands', async () => {
  const { place } = await given('true', { '.claude/commands/review.md': 'Look.' });
  expect(endOf(await place.attempt({ phase: PHASE }))).toMatchObject({ result: 'passed', commit: place.head, diffStat: null });
  await place.close();
});

test('one that is not there is told by the names that were looked for, before any agent is started', async () => {
  const { place } = await given('exit 3', { '.claude/commands/flow.reviews.md': 'Another.' });
  const end = endOf(await place.attempt({ phase: PHASE }));
  expect(end).toMatchObject({ result: 'runner_fault', code: 'CONFIGURATION_INVALID' });
  expect(end.message).toContain('no command review on this branch: looked for flow.review');
  await place.close();
});

test('an agent that fails is a failure', async () => {
  const { place } = await given('exit 3', { '.opencode/command/specflow/review.md': 'Look.' });
  expect(endOf(await place.attempt({ phase: PHASE }))).toMatchObject({ result: 'agent_failed', code: 'AGENT_CRASHED', commit: null });
  await place.close();
});
