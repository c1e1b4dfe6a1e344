import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deploy, eventsOf, makeSpec, startRun, until, untilRest } from './support/deployment.ts';
import { commandAgents, makeRepository, specOf, temporaryFolder } from './support/repository.ts';

/** A run whose steps take long enough to fall asleep in. */
async function slowRun(name: string) {
  const folder = temporaryFolder(name);
  const chunks = { first: [], second: ['first'], third: ['second'] };
  const script = Object.fromEntries(
    Object.keys(chunks).map((key) => [key, { do: [{ waitMs: 300, write: { [`${key}.txt`]: `${key}\n` } }], review: [{ waitMs: 100 }] }]),
  );
  const repository = makeRepository(folder, script, { config: commandAgents(join(folder, 'script.json')) });
  const deployment = await deploy(join(folder, 'data'));
  const spec = await makeSpec(deployment.client, repository.path, specOf('Asleep', chunks));
  return { deployment, repository, runId: await startRun(deployment.client, spec.id) };
}

test.each(['execute', 'review', 'promote'] as const)(
  'a runner that slept through its lease in the step %s moves no branch before it has asked',
  async (step) => {
    const { deployment, repository, runId } = await slowRun(`zombie-${step}`);
    try {
      await until(deployment.client, runId, (_state, event) => event?.kind === 'step_started' && event.step === step);
      const runner = deployment.runnerPid();
      process.kill(runner, 'SIGSTOP');
      await until(deployment.client, runId, (_state, event) => event?.kind === 'lease_lapsed' || event?.kind === 'lease_ended');
      process.kill(runner, 'SIGCONT');
      const state = await untilRest(deployment.client, runId);
      expect(state.status).toBe('completed');
      expect(repository.subjects(state.branch)).toHaveLength(3);
      const events = await eventsOf(deployment.client, runId);
      // The same life gets its lease again, or a new one: either way it was asked for anew.
      expect(events.filter((event) => event.kind === 'lease_granted').length).toBeGreaterThan(1);
      expect(events.filter((event) => event.kind === 'chunk_completed')).toHaveLength(3);
      expect(events.map((event) => event.seq)).toEqual(events.map((_event, index) => index + 1));
    } finally {
      await deployment.stop();
    }
  },
);
