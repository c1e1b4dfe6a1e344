import type { RunHere } from '@specwright/runner/machine/activity.ts';
import type { RunnerView } from '@specwright/runner/machine/status-file.ts';
import pc from 'picocolors';
import { duration } from './run-lines.ts';

const SHOWN_EVENTS = 10;

/** A runner's state as lines for a terminal `width` wide. */
export function runnerAsList(view: RunnerView, width: number, now: number): string {
  const runs = view.runs.map((run) => `  ${pc.green('▸')} ${runLine(run, now)}`);
  const happened = view.happened.slice(-SHOWN_EVENTS).map(({ at, text }) => pc.dim(`  ${timeOf(at)}  ${text}`));
  const lines = [
    `${pc.bold(view.name)}  ${stateWord(view.state)}  ${pc.dim(view.server)}`,
    pc.dim(loadLine(view)),
    ...(view.heldBack === null ? [] : [pc.yellow(`Takes nothing new: ${view.heldBack}`)]),
    '',
    ...(runs.length === 0 ? [pc.dim('  Waiting for work.')] : runs),
    '',
    ...happened,
  ];
  return lines.map((line) => cut(line, width)).join('\n');
}

export function loadLine({ load, runs, slots }: RunnerView): string {
  const counted = `${runs.length} of ${slots} runs`;
  if (load === null) return counted;
  return `${counted} · load ${load.cpu.toFixed(2)} a core · ${gigabytes(load.freeMemory)} memory free · ${gigabytes(load.freeDisk)} disk free · ${worktreesOf(load)}`;
}

function worktreesOf({ worktrees, clones, worktreesLimit }: NonNullable<RunnerView['load']>): string {
  const most = worktreesLimit === undefined ? '' : `, of ${gigabytes(worktreesLimit)}`;
  return `worktrees ${gigabytes(worktrees)}${clones === undefined ? '' : `, clones ${gigabytes(clones)}`}${most}`;
}

export function runLine({ title, chunk, step, since }: RunHere, now: number): string {
  const what = chunk === null ? 'between two chunks' : `${chunk}${step === null ? '' : ` · ${step}`}`;
  return `${title} — ${what} · ${duration(Math.max(0, now - since))}`;
}

function stateWord(state: RunnerView['state']): string {
  if (state === 'online') return pc.green(state);
  return state === 'revoked' ? pc.red(state) : pc.yellow(state);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

function timeOf(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/** Colours take no room: they are not counted. */
function cut(line: string, width: number): string {
  const plain = line.replace(/\u001b\[\d+m/g, '');
  return plain.length <= width ? line : `${plain.slice(0, Math.max(1, width - 1))}…`;
}
