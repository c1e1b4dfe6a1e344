import type { ReportLife } from '@specwright/protocol/pull.ts';
import type { LinkedRepository, RunnerLoad } from '@specwright/protocol/runners-api.ts';
import type { Durations } from '../durations.ts';
import { type Log, messageOf } from '../log.ts';
import { heldBack, type Thresholds } from '../machine/hold-back.ts';
import { pause } from './backoff.ts';

export interface SelfReport {
  /** Something that the server must know changed: told at once. */
  now(): void;
  /** Looks at once, and tells whatever it finds, changed or not. */
  afresh(): void;
  /** Why this machine takes nothing more; null: it does. */
  heldBack(): string | null;
  load(): RunnerLoad | null;
  ended: Promise<void>;
}

/**
 * Looks at the machine each REPORT_MS and tells what changed: with work in hand a change of load that a person would see, without work
 * only each REPORT_IDLE_MS. Faults, drain and links are told whenever they change.
 */
export function startSelfReport(options: {
  durations: Pick<Durations, 'REPORT_MS' | 'REPORT_IDLE_MS'>;
  log: Log;
  signal: AbortSignal;
  thresholds: Thresholds;
  monotonic(): number;
  readLoad(): Promise<RunnerLoad>;
  /** How many runs it has. */
  runs(): number;
  isDraining(): boolean;
  /** Kinds of work that it cannot do for now, since when (monotonic). */
  faults(): { kind: string; message: string; since: number }[];
  repositories(): Promise<LinkedRepository[] | null>;
  /** As they were announced. */
  announced: LinkedRepository[] | null;
  report(life: ReportLife): Promise<void>;
  /** The machine was looked at. */
  onLooked(): void;
  /** Nothing holds it back any more. */
  onFree(): void;
}): SelfReport {
  const { monotonic } = options;
  let awake = new AbortController();
  let load: RunnerLoad | null = null;
  let held: { why: string; since: number } | null = null;
  let told = { text: JSON.stringify([false, [], false]), load: '', at: monotonic(), repositories: JSON.stringify(options.announced) };

  const look = async () => {
    load = await options.readLoad();
    const why = heldBack(load, options.runs(), options.thresholds);
    const wasHeld = held !== null;
    held = why === null ? null : { why, since: held?.since ?? monotonic() };
    options.onLooked();
    return why === null && wasHeld;
  };
  const tell = async () => {
    const draining = options.isDraining();
    const repositories = await options.repositories();
    const others = options.faults();
    const next = {
      text: JSON.stringify([held !== null, others.map(({ kind }) => kind), draining]),
      load: JSON.stringify(load && roughly(load)),
      at: monotonic(),
      repositories: JSON.stringify(repositories),
    };
    const isDue = options.runs() > 0 || next.at - told.at >= options.durations.REPORT_IDLE_MS;
    const linked = next.repositories !== told.repositories;
    if (next.text === told.text && !linked && (!isDue || next.load === told.load)) return;
    const all = held === null ? others : [{ kind: 'machine', message: held.why, since: held.since }, ...others];
    const faults = all.map(({ kind, message, since }) => ({ kind, message, forMs: Math.max(0, next.at - since) }));
    await options.report({ load, faults, draining, ...(linked && { repositories }) });
    told = next;
  };
  const run = async () => {
    while (!options.signal.aborted) {
      awake = new AbortController();
      // The server hears that it is free before it is asked for work.
      const lookAndTell = async () => {
        const isFree = await look();
        await tell().finally(() => isFree && options.onFree());
      };
      await lookAndTell().catch((error) => options.signal.aborted || options.log('warn', 'report_failed', { message: messageOf(error) }));
      await pause(options.durations.REPORT_MS, AbortSignal.any([options.signal, awake.signal]));
    }
  };
  const afresh = () => {
    told = { ...told, text: '' };
    awake.abort();
  };
  return { now: () => awake.abort(), afresh, heldBack: () => held?.why ?? null, load: () => load, ended: run() };
}

/** What a person would see as another load: a quarter of a core, a fifth of memory or disk. */
function roughly(load: RunnerLoad): number[] {
  const step = (bytes: number) => Math.round(Math.log(Math.max(bytes, 1)) / Math.log(1.2));
  return [Math.round(load.cpu * 4), step(load.freeMemory), step(load.freeDisk), step(load.worktrees), step(load.clones ?? 0)];
}
