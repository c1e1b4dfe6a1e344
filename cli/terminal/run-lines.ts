import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { type ChunkStatus, type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import pc from 'picocolors';

const MARKS: Record<ChunkStatus, string> = {
  pending: pc.dim('○'),
  running: pc.cyan('●'),
  reviewing: pc.magenta('●'),
  completed: pc.green('✓'),
  failed: pc.red('✗'),
  cancelled: pc.yellow('■'),
  skipped: pc.dim('–'),
};

/** The run as a list for a terminal of this many columns: one line a chunk, a line of what happens now, a line of totals. */
export function runAsList(state: RunState, columns: number, now: number): string {
  const lines = visibleItems(state).map((item) =>
    cut(`  ${MARKS[item.status]} ${item.key} ${pc.dim(item.title)}${note(state, item)}`, columns),
  );
  return [...lines, '', cut(`  ${headline(state, now)}`, columns)].join('\n');
}

/** What ended a run, in one block: the totals that a person wants to know. */
export function totalsOf(state: RunState): string {
  const { totals } = state;
  const rows: [string, string][] = [
    ['passed', `${totals.passed} of ${state.items.filter((item) => item.kind === 'chunk' && item.selected).length}`],
    ['fixes', String(totals.fixes)],
    ['commits', String(totals.commits)],
    [
      'tokens',
      `${count(totals.usage.inputTokens + totals.usage.outputTokens)} (${count(totals.usage.inputTokens)} in, ${count(totals.usage.outputTokens)} out)`,
    ],
    ['cost', money(totals.usage.costMicros)],
    ['time', duration(state.activeMs)],
    ['branch', state.branch],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(8)} ${value}`).join('\n');
}

/** An event as one plain line, for output that is no terminal; null for events that a reader can do without. */
export function eventAsLine(event: StoredEvent, state: RunState): string | null {
  const name = (id: string) => state.items.find((item) => item.id === id)?.key ?? id;
  switch (event.kind) {
    case 'lease_granted':
      return `machine ${event.runnerName} took the run`;
    case 'chunk_started':
      return `chunk ${event.index}/${event.total} ${name(event.chunkId)}: ${event.title}`;
    case 'fix_chunk_started':
      return `fix of ${name(event.parentId)}: ${event.title}`;
    case 'step_started':
      return `${name(event.chunkId)}: ${event.step}`;
    case 'tool_called':
      return event.status === 'completed' || event.status === 'failed'
        ? `${name(event.chunkId)}: ${event.tool} ${event.title} (${event.status})`
        : null;
    case 'check_ended':
      return `${name(event.chunkId)}: check ${event.name} ${event.exitCode === 0 ? 'passed' : `failed with exit code ${event.exitCode ?? 'none'}`}`;
    case 'review_ended':
      return `${name(event.chunkId)}: review says ${event.verdict.verdict}: ${event.verdict.summary}`;
    case 'attempt_ended':
      return event.result === 'passed'
        ? null
        : `${name(event.chunkId)}: attempt ${event.attempt} ${event.result.replaceAll('_', ' ')}: ${event.message}`;
    case 'chunk_completed':
      return `${name(event.chunkId)}: passed, commit ${event.commit.slice(0, 10)}`;
    case 'chunk_failed':
      return `${name(event.chunkId)}: failed: ${event.reason.message}`;
    case 'wait_started':
      return `waiting: ${event.reason.message}`;
    case 'noticed':
      return `${event.level}: ${event.message}`;
    case 'lease_lapsed':
    case 'run_failed':
    case 'run_cancelled':
      return event.reason.message;
    case 'run_completed':
      return 'completed';
    default:
      return null;
  }
}

export function money(micros: number | null): string {
  return micros === null ? 'not priced (plan)' : `$${(micros / 1_000_000).toFixed(4)}`;
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function headline(state: RunState, now: number): string {
  const active = state.activeMs + (state.activeSince === null ? 0 : Math.max(0, now - state.activeSince));
  const chunks = state.items.filter((item) => item.kind === 'chunk' && item.selected);
  const done = chunks.filter((item) => item.status === 'completed' || item.status === 'skipped').length;
  const why =
    state.reason && (isAtRest(state) || state.status === 'waiting' || state.status === 'queued') ? `: ${state.reason.message}` : '';
  return `${pc.bold(state.status)}${why} · ${done}/${chunks.length} · ${money(state.totals.usage.costMicros)} · ${duration(active)} · ${state.branch}`;
}

function visibleItems(state: RunState): Item[] {
  return state.items.filter((item) => item.selected);
}

function note(state: RunState, item: Item): string {
  if (state.job?.itemId === item.id)
    return pc.cyan(`  ${state.job.step ?? 'starting'}${state.job.attempt > 1 ? `, attempt ${state.job.attempt}` : ''}`);
  if (item.error) return pc.red(`  ${item.error.message}`);
  if (item.commit) return pc.dim(`  ${item.commit.slice(0, 8)}`);
  return '';
}

function count(tokens: number): string {
  return tokens >= 10_000 ? `${Math.round(tokens / 1000)}k` : String(tokens);
}

const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');

/** Cuts to a width in columns; colour codes take none. */
function cut(line: string, columns: number): string {
  if (line.replace(COLOUR, '').length <= columns) return line;
  let width = 0;
  let kept = '';
  for (const part of line.split(new RegExp(`(${ESCAPE}\\[[0-9;]*m)`))) {
    if (part.startsWith(ESCAPE)) kept += part;
    else {
      kept += part.slice(0, Math.max(0, columns - 1 - width));
      width += part.length;
    }
  }
  return `${kept}${ESCAPE}[0m…`;
}
