import type { MachineNeed } from '@specwright/protocol/pull.ts';
import { repositoryKey } from '@specwright/protocol/repository-key.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

/** Types of agents that every runner names alike; any other name of an executor stands in a repository's own configuration. */
const KNOWN_TYPES = ['opencode', 'claude-code', 'command', 'acp'];

/** What a run asks of a machine. The executor is only known for sure once a runner has read the repository's configuration. */
export async function machineNeed(state: RunState, askedAt: number): Promise<MachineNeed> {
  const { organisationId, projectId, id: runId, repository, branch, startFrom, head, settings, configuration, startedBy, broke } = state;
  const wished = KNOWN_TYPES.includes(settings.executor ?? '') ? settings.executor : null;
  const needs = {
    repository: repository.kind === 'path' ? repository.path : repository.url,
    repositoryKey: await repositoryKey(repository),
    executor: configuration?.executor.type ?? wished,
    labels: settings.labels ?? [],
    account: configuration?.accountFingerprint ?? null,
  };
  const { code = '', message = '' } = broke?.reason ?? {};
  const gaveBack = broke && { runnerId: broke.runnerId, fence: broke.fence, code, message, agent: configuration?.executor.type ?? null };
  const begin = head === null ? { repository, branch, startFrom } : null;
  return { organisationId, projectId, runId, startedBy: startedBy?.id ?? null, askedAt, needs, begin, broke: gaveBack ?? null };
}
