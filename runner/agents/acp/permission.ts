import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { AgentTask } from '../agent.ts';
import type { WireCall, WirePermission } from './wire.ts';

export type PermissionAnswer = { outcome: { outcome: 'selected'; optionId: string } | { outcome: 'cancelled' } };

export const CANCELLED: PermissionAnswer = { outcome: { outcome: 'cancelled' } };

const READING = new Set(['read', 'search', 'think']);
const WRITING = new Set(['edit', 'delete', 'move']);
/** As for opencode: a guard rail, not a fence. */
const KEPT_FROM_SHELLS = /\bgit(\s+-\S+(\s+[^-\s]\S*)?)*\s+(push|worktree|checkout|switch|reset\s+--hard)\b/;

/**
 * Nobody is asked: inside the worktree a call is allowed as far as the role may do it, and anything else is refused:
 * what reaches outside, the web, other modes, questions, and whatever kind is not known.
 */
export async function answerPermission(
  asked: WirePermission,
  role: AgentTask['role'],
  worktree: string,
): Promise<{ answer: PermissionAnswer; allowed: boolean }> {
  const allowed = await isAllowed(asked.toolCall, role, worktree);
  return { answer: choose(asked, allowed), allowed };
}

async function isAllowed(call: WireCall, role: AgentTask['role'], worktree: string): Promise<boolean> {
  const kind = call.kind ?? 'other';
  const named = pathsOf(call);
  for (const one of named) if (!(await isInside(worktree, one))) return false;
  if (READING.has(kind)) return true;
  if (role !== 'executor') return false;
  // A change that names no file cannot be judged.
  if (WRITING.has(kind)) return named.length > 0;
  return kind === 'execute' && !KEPT_FROM_SHELLS.test(commandOf(call));
}

/** @returns whether a path is the worktree or in it, also by way of links; what does not exist yet is judged by the folder it would stand in. */
export async function isInside(worktree: string, named: string): Promise<boolean> {
  const root = await realpath(worktree);
  let existing = path.resolve(root, named.replace(/^file:\/\//, ''));
  const rest: string[] = [];
  for (;;) {
    const real = await realpath(existing).catch(() => null);
    if (real !== null) {
      const whole = path.relative(root, path.join(real, ...rest));
      return whole === '' || (!whole.startsWith('..') && !path.isAbsolute(whole));
    }
    rest.unshift(path.basename(existing));
    if (path.dirname(existing) === existing) return false;
    existing = path.dirname(existing);
  }
}

/** All that a call names as a path: its locations, its diffs, and the fields of its input that are called so. */
function pathsOf(call: WireCall): string[] {
  const input = Object.entries((call.rawInput ?? {}) as Record<string, unknown>);
  const fields = input.filter(([key]) => /path|file|dir|cwd|folder/i.test(key)).flatMap(([, value]) => [value].flat());
  const diffs = (call.content ?? []).flatMap(({ path: of }) => (of === undefined ? [] : [of]));
  const all = [...(call.locations ?? []).map((location) => location.path), ...diffs, ...fields];
  return all.filter((one): one is string => typeof one === 'string' && one !== '');
}

function commandOf(call: WireCall): string {
  const { command } = (call.rawInput ?? {}) as { command?: unknown };
  return [command].flat().join(' ') || (call.title ?? '');
}

/** Once, never always: each call is judged by itself. */
function choose({ options }: WirePermission, allowed: boolean): PermissionAnswer {
  const wanted = allowed ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  const option = wanted.flatMap((kind) => options.filter((one) => one.kind === kind))[0];
  return option === undefined ? CANCELLED : { outcome: { outcome: 'selected', optionId: option.optionId } };
}
