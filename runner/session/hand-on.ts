import { MAX_BUNDLE_BYTES } from '@specwright/protocol/bundle.ts';
import { makeBundle } from '../git/bundle.ts';
import { attemptRef, type Clone } from '../git/clone.ts';
import { branchRef, checkCommit, git, refPart } from '../git/git.ts';
import { withoutSecret } from '../git/origin.ts';
import { messageOf } from '../log.ts';

/** A job as far as handing on concerns it. */
export interface HandedJob {
  id: string;
  chunkId: string;
  attempt: number;
}

/**
 * Sees to it that another machine can go on when this one is gone for good. The branch itself is published; where the repository is an
 * address, what the next attempt goes on from is pushed beside it. Where it is a folder of this machine, all of it goes to the server as a
 * bundle. Nothing here throws: the work goes on without.
 */
export interface HandOn {
  promoted(job: HandedJob): Promise<void>;
  /** An attempt did not pass; its files are kept as this commit. */
  kept(job: HandedJob, snapshot: string): Promise<void>;
}

export interface HandOnOptions {
  clone: Clone;
  runId: string;
  branch: string;
  /** What the run's commits stand on. */
  base: string;
  /** Uploads a bundle for the job that is out. Null: nothing is uploaded, for every machine that serves this folder sees it. */
  upload: ((jobId: string, bytes: Buffer) => Promise<void>) | null;
  mayPublish(): boolean;
  /** Told once per sentence. */
  onTrouble(message: string): void;
}

export function makeHandOn(options: HandOnOptions): HandOn {
  const { clone, upload, mayPublish } = options;
  let told = '';
  const quietly = async (work: () => Promise<void>) => {
    if (!mayPublish()) return;
    const trouble = await work().then(
      () => '',
      (error) => `Should this machine be gone, another one cannot go on from here: ${withoutSecret(messageOf(error))}`,
    );
    if (trouble !== '' && trouble !== told) options.onTrouble(trouble);
    told = trouble;
  };
  if (clone.origin.kind === 'url') return besideTheBranch(options, quietly);
  if (upload === null) return { promoted: async () => {}, kept: async () => {} };
  const bundle = async (job: HandedJob, refs: string[]) => {
    const bytes = await makeBundle(clone, refs, options.base);
    if (bytes === null) return;
    if (bytes.length > MAX_BUNDLE_BYTES) throw new Error(`its commits take more than ${MAX_BUNDLE_BYTES / 1_000_000} MB.`);
    await upload(job.id, bytes);
  };
  const branch = branchRef(options.branch);
  return {
    promoted: (job) => quietly(() => bundle(job, [branch])),
    kept: (job) => quietly(() => bundle(job, [branch, attemptRef(options.runId, job.chunkId, job.attempt)])),
  };
}

/** One ref a run, moved with each attempt that did not pass and gone with the one that did: a person's remote gathers nothing. */
function besideTheBranch({ clone, runId }: HandOnOptions, quietly: (work: () => Promise<void>) => Promise<void>): HandOn {
  const ref = `refs/specwright/${refPart(runId)}`;
  let isThere = false;
  const push = async (refspec: string) => {
    const args = ['push', '--quiet', '--no-verify', '--', clone.origin.address, refspec];
    await git(args, { cwd: clone.dir, timeoutMs: 120_000 });
  };
  return {
    promoted: (job) =>
      quietly(async () => {
        // Another machine may have put it there before this one had the run; then nobody minds when it is not.
        if (isThere) await push(`:${ref}`);
        else if (job.attempt > 1) await push(`:${ref}`).catch(() => {});
        isThere = false;
      }),
    kept: (_job, snapshot) =>
      quietly(async () => {
        await push(`+${checkCommit(snapshot)}:${ref}`);
        isThere = true;
      }),
  };
}
