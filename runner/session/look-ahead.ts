import type { MachineNeed } from '@specwright/protocol/pull.ts';
import type { Granted } from '@specwright/protocol/runner-down.ts';
import type { Links } from '../links/linked-repositories.ts';
import { type Look, lookAt } from './reconcile.ts';

/** What this machine looks at while its claim is on the way. */
export interface Ahead {
  /** What was seen, if it is what this run begins from; null: look again. Given out once. `run` names the repository as the owner linked it. */
  of(run: Granted['run']): Promise<Look | null>;
}

/** What was seen longer ago may have changed. */
const HOLDS_MS = 5_000;

/**
 * Looks at the repository of a run that no machine had before: nobody else can have moved its branch meanwhile. A fault is not told here:
 * whoever looks again finds it.
 */
export function lookAhead(dataDir: string, links: Links | null, begin: NonNullable<MachineNeed['begin']>): Ahead {
  const at = performance.now();
  const look = (async () => {
    const wish = { ...begin, repository: links === null ? begin.repository : links.linked(begin.repository) };
    return { wish: wordsOf(wish), seen: await lookAt(dataDir, wish) };
  })().catch(() => null);
  let given = false;
  return {
    async of(run) {
      if (given || run.head !== null || performance.now() - at > HOLDS_MS) return null;
      given = true;
      const its = await look;
      return its?.wish === wordsOf(run) ? its.seen : null;
    },
  };
}

function wordsOf({ repository, branch, startFrom }: NonNullable<MachineNeed['begin']>): string {
  const where = repository.kind === 'path' ? repository.path : repository.url;
  return JSON.stringify([repository.kind, where, repository.defaultBranch, branch, startFrom]);
}
