import type { Clone } from '../git/clone.ts';
import { publish } from '../git/publish.ts';
import { pause } from '../loops/backoff.ts';

/** Puts the run's branch into the person's repository beside the work. */
export interface Publisher {
  /** The branch has this head now. Published soon; the newest wins, at most one each PUBLISH_EVERY_MS. */
  request(commit: string): void;
  /** Publishes what is not published yet, now; ends when that is done or was refused. */
  settle(): Promise<void>;
}

/**
 * @param published where the branch stands there now; null: it is not there.
 * @param mayPublish false while the lease is in doubt: then nothing leaves this machine.
 */
export function makePublisher(options: {
  clone: Clone;
  branch: string;
  published: string | null;
  everyMs: number;
  mayPublish(): boolean;
  onRefused(message: string): void;
}): Publisher {
  let published = options.published;
  let wanted = options.published;
  let begunAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | null = null;
  let hurry = new AbortController();
  let told = '';
  const publishOnce = async () => {
    await pause(Math.max(0, begunAt + options.everyMs - performance.now()), hurry.signal);
    if (wanted === null || wanted === published || !options.mayPublish()) return;
    begunAt = performance.now();
    const commit = wanted;
    const answer = await publish(options.clone, options.branch, commit, published);
    if (answer.ok) published = commit;
    else if (answer.message !== told) options.onRefused(answer.message);
    told = answer.ok ? '' : answer.message;
  };
  const start = () => {
    running ??= publishOnce().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    request(commit) {
      wanted = commit;
      void start();
    },
    async settle() {
      hurry.abort();
      await running;
      if (wanted !== published) await start();
      hurry = new AbortController();
    },
  };
}
