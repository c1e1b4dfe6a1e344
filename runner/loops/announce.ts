import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import type { LinkedRepository } from '@specwright/protocol/runners-api.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import type { Durations } from '../durations.ts';
import { ServerFault } from '../identity/server-fault.ts';
import { type Log, messageOf } from '../log.ts';
import { accountsHere } from '../machine/accounts-here.ts';
import { agentsHere } from '../machine/agents-here.ts';
import type { Thresholds } from '../machine/hold-back.ts';
import { readLoad } from '../machine/load.ts';
import { makeMask } from '../masking/mask.ts';
import { maskDeep } from '../masking/mask-deep.ts';
import { makeBackoff } from './backoff.ts';
import type { Life } from './life.ts';
import type { RunnerApi } from './runner-api.ts';

interface Machine {
  dataDir: string;
  version: string;
  slots: number;
  found: AnnounceLife['found'];
  env: NodeJS.ProcessEnv;
  durations: Durations;
  thresholds: Thresholds;
  log: Log;
}

interface Announcing {
  life: Life;
  repositories(): Promise<LinkedRepository[] | null>;
  signal: AbortSignal;
}

/** Tries until the server has heard; a refusal that no waiting changes is thrown. Answers the repositories that it told. */
export async function announce(
  api: RunnerApi,
  options: Machine,
  { life, repositories, signal }: Announcing,
): Promise<LinkedRepository[] | null> {
  const { version, slots, durations, log } = options;
  const backoff = makeBackoff(durations.RECONNECT_FIRST_MS, durations.RECONNECT_MOST_MS, Math.random);
  const mask = makeMask(options.env);
  for (;;) {
    try {
      const linked = await repositories();
      const found = maskDeep(options.found, mask);
      const machine = {
        version,
        slots,
        found,
        repositories: linked,
        agents: agentsHere(found),
        accounts: accountsHere(options.env),
        load: await readLoad(options.dataDir, { limit: options.thresholds.worktrees, clones: null }),
      };
      await api.announce({ wire: WIRE_VERSION, lifeId: life.id, endedLives: life.ended.slice(-100), ...machine });
      life.forgetEnded();
      return linked;
    } catch (error) {
      if (error instanceof ServerFault && !error.retryable) throw error;
      log('warn', 'announce_failed', { message: messageOf(error) });
      await backoff.wait(signal);
    }
  }
}
