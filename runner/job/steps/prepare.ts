import { createHash } from 'node:crypto';
import { fetchCommits } from '../../git/clone.ts';
import { treeOf } from '../../git/commit-object.ts';
import { git } from '../../git/git.ts';
import { headOf, resetWorktree, statusOf, type WorktreeStatus } from '../../git/worktree.ts';
import { checkEnvironment } from '../../process/allowed-environment.ts';
import { runMarked } from '../../process/run-marked.ts';
import { type Ended, endedBy, type JobContext } from '../job-context.ts';
import { tailOf } from '../mask.ts';

/** Files from which dependencies are made: when one changes, the setup command runs again. */
const DEPENDENCY_FILES =
  /(^|\/)(package\.json|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[^/]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(\.lock)?|Cargo\.(toml|lock)|go\.(mod|sum)|Gemfile(\.lock)?|composer\.(json|lock))$/;

/** How long a look at the worktree holds. */
const SEEN_MS = 2000;

/** The worktree holds exactly the commit that the attempt goes on from, HEAD on the branch's head, and what setup makes. */
export async function prepare(context: JobContext): Promise<Ended | null> {
  const { job, place } = context;
  const from = await startingCommit(context);
  const status = await currentStatus(context);
  const keep = place.prepared?.ignored ?? [];
  if (!standsThere(context, status, from, keep)) {
    await resetWorktree(place.worktree, { commit: from, head: job.baseCommit, keepIgnored: keep });
  }
  return place.crew.setup === null ? null : setUp(context, from);
}

/** What was seen a moment ago still holds: no process of this run lived since. */
async function currentStatus({ place }: JobContext): Promise<WorktreeStatus> {
  const { seen } = place;
  place.seen = null;
  const fresh = seen !== null && performance.now() - seen.at < SEEN_MS;
  return (fresh ? await seen.status : null) ?? statusOf(place.worktree);
}

/** Where to go on; another machine's snapshot may not be here: then the attempt begins at the branch's head. */
async function startingCommit({ job, place, report }: JobContext): Promise<string> {
  if (job.continueFrom === null || job.continueFrom === job.baseCommit) return job.baseCommit;
  try {
    await fetchCommits(place.clone, [job.continueFrom]);
    await treeOf(place.clone, job.continueFrom);
    return job.continueFrom;
  } catch {
    const message = `The work of the attempt before is not on this machine: ${job.key} begins again from the branch.`;
    report({ kind: 'noticed', jobId: job.id, level: 'warning', message });
    return job.baseCommit;
  }
}

function standsThere({ job, place }: JobContext, status: WorktreeStatus, from: string, keep: string[]): boolean {
  const clean = status.dirty.length === 0 && status.staged.length === 0 && status.ignored.every((path) => keep.includes(path));
  return clean && from === job.baseCommit && headOf(place.worktree) === job.baseCommit;
}

/** Runs the setup command, unless all that it made here is still there and it would make the same again. */
async function setUp(context: JobContext, from: string): Promise<Ended | null> {
  const { place, job, signal } = context;
  const dependencies = await dependencyState(context, from);
  const before = place.prepared;
  if (before !== null && before.dependencies === dependencies) {
    const { ignored } = await statusOf(place.worktree);
    if (before.ignored.every((path) => ignored.includes(path))) return null;
  }
  const failed = await runSetup(context);
  if (failed !== null || signal.aborted) return failed;
  const status = await statusOf(place.worktree);
  if (status.dirty.length > 0) {
    // What setup changed in the repository itself is not the agent's work: it must not stand in its diff.
    await resetWorktree(place.worktree, { commit: from, head: job.baseCommit, keepIgnored: status.ignored });
  }
  place.prepared = { ignored: status.ignored, dependencies };
  return null;
}

async function runSetup({ place, env, signal, mask, stream }: JobContext): Promise<Ended | null> {
  const { setup } = place.crew;
  if (setup === null) return null;
  let offset = 0;
  const result = await runMarked({
    command: '/bin/sh',
    args: ['-c', setup.command],
    cwd: place.worktree.path,
    env: checkEnvironment(env, `${place.mark}:setup`, { HOME: env.HOME ?? place.home }),
    timeoutMs: setup.timeoutMs,
    maxOutputChars: 64 * 1024,
    signal,
    mask,
    onOutput(text) {
      stream({ part: 'setup', role: 'output', offset, text });
      offset += text.length;
    },
  });
  if (result.exitCode === 0 || signal.aborted) return null;
  const how = result.timedOut ? 'took too long' : `ended with ${result.exitCode ?? 'a signal'}`;
  return endedBy('runner_fault', 'SETUP_FAILED', `The setup command \`${setup.command}\` ${how}:\n${tailOf(mask(result.output), 3000)}`);
}

/** A hash over the dependency files of a commit. */
async function dependencyState({ place }: JobContext, commit: string): Promise<string> {
  const { stdout } = await git(['ls-tree', '-r', '-z', commit, '--'], { cwd: place.clone.dir });
  const lines = stdout.split('\0').filter((line) => DEPENDENCY_FILES.test(line.slice(line.indexOf('\t') + 1)));
  return createHash('sha256').update(lines.join('\0')).digest('hex');
}
