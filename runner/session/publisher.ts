import type { Clone } from '../git/clone.ts';
import { couldPush, publish } from '../git/publish.ts';
import { openRefWriter, type RefWriter } from '../git/ref-writer.ts';

/** Keeps the run's branch in the person's repository where this machine has it. */
export interface Publisher {
  /**
   * The branch has this head now. Settles when it stands there, was refused, or after `waitMs`: then the publication
   * goes on beside the work. Publications follow one another; the newest head wins.
   * @param step the commit below and the objects above it, as far as they are known.
   */
  publish(commit: string, step: { from: string; objects: string[] } | null): Promise<void>;
  /** Tries once more what is not published yet, and lets go of the repository. */
  close(): Promise<void>;
}

/**
 * @param published where the branch stands there now; null: it is not there.
 * @param there a commit that is in that repository with all its history; null: none is known.
 * @param mayPublish false while the lease is in doubt: then nothing leaves this machine.
 * @param onTrouble told once per sentence, before `publish` settles.
 */
export function makePublisher(options: {
  clone: Clone;
  branch: string;
  published: string | null;
  there: string | null;
  waitMs: number;
  mayPublish(): boolean;
  onTrouble(message: string): void;
  /** A publication ended: why this machine cannot write there, or null; and a way to ask that again. */
  onPush?(trouble: string | null, tryAgain: () => Promise<boolean>): void;
}): Publisher {
  const { clone, branch } = options;
  const refs: RefWriter | null = clone.origin.kind === 'path' ? openRefWriter(clone.origin.address) : null;
  let { published, there } = options;
  let wanted: { commit: string; step: { from: string; objects: string[] } | null } | null = null;
  let line: Promise<void> = Promise.resolve();
  let told = '';
  const tell = (message: string) => {
    if (message !== told) options.onTrouble(message);
    told = message;
  };
  const publishNewest = async () => {
    const work = wanted;
    if (work === null || work.commit === published || !options.mayPublish()) return;
    // Where one publication was missed, more is lacking there than the last step's objects.
    const objects = work.step !== null && work.step.from === there ? [work.commit, ...work.step.objects] : null;
    const answer = await publish(clone, refs, { branch, commit: work.commit, expected: published, objects });
    options.onPush?.(answer.ok || !answer.cannot ? null : answer.message, () => couldPush(clone, branch, work.commit));
    if (!answer.ok) return tell(answer.message);
    published = work.commit;
    there = work.commit;
    told = '';
  };
  const next = () => {
    line = line.then(publishNewest);
    return line;
  };
  return {
    async publish(commit, step) {
      wanted = { commit, step };
      if (await within(next(), options.waitMs)) return;
      tell(`Branch ${branch} is not in your repository yet: publishing it takes long and goes on beside the work.`);
    },
    async close() {
      await next();
      refs?.close();
    },
  };
}

/** False: it has not settled in time. */
export async function within(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return settled;
}
