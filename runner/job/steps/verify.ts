import { makePiece } from '@specwright/protocol/piece.ts';
import { findHook } from '../../git/hooks.ts';
import { resetWorktree, statusOf } from '../../git/worktree.ts';
import { checkEnvironment } from '../../process/allowed-environment.ts';
import { type RunResult, runMarked } from '../../process/run-marked.ts';
import type { Check } from '../../session/crew.ts';
import { type CheckSeen, type Ended, endedBy, type JobContext } from '../job-context.ts';
import { headOf, tailOf } from '../mask.ts';

const MAX_OUTPUT_CHARS = 256 * 1024;

interface Command {
  name: string;
  /** As shown to people. */
  shown: string;
  command: string;
  args: string[];
  required: boolean;
  timeoutMs: number;
}

/** Runs the checks on exactly the snapshot's files; the first required one that fails ends the attempt after all have run. */
export async function verify(context: JobContext): Promise<Ended | null> {
  const { place, attempt, signal } = context;
  for (const command of commandsOf(context)) {
    if (signal.aborted) return null;
    attempt.checks.push(await runCheck(context, command));
  }
  await restore(context);
  const failed = attempt.checks.filter((check) => check.required && check.exitCode !== 0);
  if (failed.length === 0 || place === null) return null;
  return endedBy('checks_failed', null, failed.map(sentenceOf).join(' '));
}

function commandsOf({ place, durations }: JobContext): Command[] {
  const checks = place.crew.checks.map((check: Check) => ({
    ...check,
    shown: check.command,
    command: '/bin/sh',
    args: ['-c', check.command],
  }));
  const hook = findHook(place.clone, place.worktree, 'pre-commit');
  if (hook === null) return checks;
  const asCheck = { ...hook, name: 'hook: pre-commit', shown: 'pre-commit', required: true, timeoutMs: durations.HOOK_TIMEOUT_MS };
  return [...checks, asCheck];
}

async function runCheck(context: JobContext, check: Command): Promise<CheckSeen> {
  const { place, env, mask, report, job, signal, stream } = context;
  let offset = 0;
  const result = await runMarked({
    command: check.command,
    args: check.args,
    cwd: place.worktree.path,
    env: checkEnvironment(env, `${place.mark}:check`, { HOME: env.HOME ?? place.home }),
    timeoutMs: check.timeoutMs,
    maxOutputChars: MAX_OUTPUT_CHARS,
    signal,
    mask,
    onOutput(text) {
      stream({ part: mask(`check ${check.name}`), role: 'output', offset, text });
      offset += text.length;
    },
  });
  const remark = remarkOf(check, result);
  const output = mask(remark === null ? result.output : `${result.output}\n[${remark}]\n`);
  const piece = await makePiece(output);
  const exitCode = result.timedOut ? null : result.exitCode;
  const shown = { name: headOf(check.name, 200), command: headOf(check.shown, 2000), required: check.required, exitCode };
  const { durationMs } = result;
  report({ kind: 'check_ended', jobId: job.id, ...shown, durationMs, piece: piece.hash, tail: tailOf(output, 4000) }, [piece]);
  return { ...shown, output, remark };
}

/** 127 is how a shell says that there is no such program (POSIX, Shell Command Language 2.8.2). */
function remarkOf(check: Command, result: RunResult): string | null {
  if (result.timedOut) return `ended after its time limit of ${Math.round(check.timeoutMs / 1000)} s`;
  if (result.exitCode === 127) return 'a program that this check needs is not on this machine, or not on its PATH';
  if (result.spawnError !== null) return `could not be started: ${result.spawnError}`;
  return null;
}

function sentenceOf(check: CheckSeen): string {
  const how = check.remark ?? (check.exitCode === null ? 'was ended by a signal' : `exit code ${check.exitCode}`);
  return `The check "${check.name}" failed: ${how}.`;
}

/** The review reads files from disk and the promotion takes the snapshot: what a check has written goes away first. */
async function restore({ place, attempt, job }: JobContext): Promise<void> {
  if (attempt.checks.length === 0 || attempt.snapshot === null) return;
  const status = await statusOf(place.worktree);
  if (status.dirty.length === 0) return;
  await resetWorktree(place.worktree, { commit: attempt.snapshot.commit, head: job.baseCommit, keepIgnored: status.ignored });
}
