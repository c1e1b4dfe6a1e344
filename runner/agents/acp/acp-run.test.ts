import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configurationOf, givenPlace, givenRepository } from '../../testing/given-place.ts';

const PROGRAM = fileURLToPath(new URL('./stand-in-agent.mjs', import.meta.url));

test('a chunk is carried out by the agent of the protocol that the repository’s configuration names', async () => {
  const repository = givenRepository();
  const agent = `{ id: any, type: acp, path: '${PROGRAM}', args: [worker], env: { STAND_IN_LOG: '${path.join(repository.folder, 'log')}' } }`;
  const configuration = configurationOf({}).replace('executors: [', `executors: [${agent}, `).replace('executor: worker', 'executor: any');
  repository.write('.handoff/config.yaml', configuration);
  repository.commit('Configure');
  const given = await givenPlace(repository);
  const facts = await given.attempt();
  const ended = facts.at(-1);
  expect(ended).toMatchObject({ kind: 'job_ended', result: 'passed', summary: 'Wrote the file.', usage: { costMicros: 10_000 } });
  const started = facts.find((fact) => fact.kind === 'agent_started' && fact.role === 'executor');
  expect(started).toMatchObject({ agent: 'any', type: 'acp', version: '7.1', sessionId: 's1' });
  expect(facts.filter((fact) => fact.kind === 'tool_called')).toMatchObject([
    { status: 'running' },
    { status: 'completed', output: 'hello\n' },
  ]);
  await given.close();
  rmSync(repository.folder, { recursive: true, force: true });
});
