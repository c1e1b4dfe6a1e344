import type { Seen } from '../session/session-options.ts';

/** A run on this machine, for whoever looks at the machine itself. */
export interface RunHere {
  runId: string;
  title: string;
  /** The chunk that is worked on; null: between two. */
  chunk: string | null;
  step: string | null;
  /** Unix milliseconds. */
  since: number;
}

/** What this machine did last, a sentence each. */
export interface Happened {
  at: number;
  text: string;
}

export interface Activity {
  runs(): RunHere[];
  /** The last ones, oldest first. */
  happened(): Happened[];
  begin(runId: string): void;
  see(runId: string, seen: Seen): void;
  leave(runId: string): void;
  tell(text: string): void;
}

const KEPT = 50;

/** Keeps what the machine works on. `onChange` is called at each change; the text it shows has been masked. */
export function makeActivity(options: { now(): number; mask(text: string): string; onChange(): void }): Activity {
  const runs = new Map<string, RunHere>();
  let happened: Happened[] = [];
  const tell = (text: string) => {
    happened = [...happened, { at: options.now(), text: oneLine(options.mask(text)) }].slice(-KEPT);
    options.onChange();
  };
  return {
    runs: () => [...runs.values()],
    happened: () => happened,
    tell,
    begin(runId) {
      runs.set(runId, { runId, title: runId, chunk: null, step: null, since: options.now() });
      options.onChange();
    },
    see(runId, seen) {
      const run = runs.get(runId);
      if (run === undefined) return;
      if (seen.kind === 'run') {
        run.title = oneLine(options.mask(seen.title));
        tell(`Took up “${run.title}”.`);
      } else if (seen.kind === 'job') {
        run.chunk = oneLine(options.mask(seen.job.title));
        run.since = options.now();
        tell(`${run.chunk}: attempt ${seen.job.attempt} begins.`);
      } else seeFact(run, seen, tell);
    },
    leave(runId) {
      const run = runs.get(runId);
      runs.delete(runId);
      if (run !== undefined && run.title !== run.runId) tell(`Left “${run.title}”.`);
    },
  };
}

function seeFact(run: RunHere, { fact }: Extract<Seen, { kind: 'fact' }>, tell: (text: string) => void): void {
  if (fact.kind === 'step_started') {
    run.step = fact.step;
    tell(`${run.chunk ?? 'A chunk'}: ${fact.step}.`);
  } else if (fact.kind === 'job_ended') {
    tell(`${run.chunk ?? 'A chunk'}: ${fact.result.replaceAll('_', ' ')}${fact.message === '' ? '.' : ` — ${fact.message}`}`);
    run.chunk = null;
    run.step = null;
  } else if (fact.kind === 'reconcile_failed') tell(`Could not begin: ${fact.message}`);
}

function oneLine(text: string): string {
  return text
    .replace(/[\x00-\x1f\x7f-\x9f\s]+/g, ' ')
    .trim()
    .slice(0, 300);
}
