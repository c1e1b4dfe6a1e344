import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseSeen } from '@specwright/protocol/phase.ts';

export const ROADMAPS = ['ROADMAP.md', '.specify/ROADMAP.md', '.specflow/ROADMAP.md', 'docs/ROADMAP.md'];
export const PHASES = ['.specify/phases', '.specflow/phases'];

/**
 * A USER GATE of this phase: its row of a ROADMAP's table says so in any cell, or its own file says "Verification Gate: USER". A phase without a
 * number of its own counts every row. Only a person may pass it.
 */
export function findGate(worktree: string, folder: string | null): PhaseSeen['gate'] {
  const number = /(\d+)[^/]*$/.exec(folder ?? '')?.[1] ?? null;
  const own = folder === null ? [] : ['spec.md', 'plan.md', 'tasks.md'].map((name) => join(folder, name));
  const files = [...own, ...PHASES.flatMap((root) => filesOf(worktree, root, number))];
  for (const file of files) {
    const gate = gateIn(readQuietly(join(worktree, file)));
    if (gate !== null) return { source: file, criteria: gate };
  }
  for (const file of ROADMAPS) {
    const row = readQuietly(join(worktree, file))
      .split(/\r?\n/)
      .find((line) => line.includes('|') && /user[ _-]gate/i.test(line) && isRowOf(line, number));
    if (row !== undefined) return { source: file, criteria: [row.trim().slice(0, 500)] };
  }
  return null;
}

function isRowOf(line: string, number: string | null): boolean {
  return number === null || new RegExp(`(^|\\D)0*${Number(number)}(\\D|$)`).test(line);
}

/** The list under "Verification Gate: USER", up to the next heading; null: there is none. */
function gateIn(text: string): string[] | null {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => /verification gate\W*:\W*user\b/i.test(line));
  if (at < 0) return null;
  const end = lines.findIndex((line, index) => index > at && /^#{1,6}\s/.test(line));
  const below = lines.slice(at + 1, end < 0 ? undefined : end).filter((line) => /^\s*([-*+]|\d+[.)])\s/.test(line));
  return below.slice(0, 50).map((line) =>
    line
      .trim()
      .replace(/^([-*+]|\d+[.)])\s+/, '')
      .slice(0, 500),
  );
}

function filesOf(worktree: string, root: string, number: string | null): string[] {
  try {
    const names = readdirSync(join(worktree, root)).filter((name) => name.endsWith('.md') && number !== null);
    return names.filter((name) => Number(/^\d+/.exec(name)?.[0] ?? -1) === Number(number)).map((name) => `${root}/${name}`);
  } catch {
    return [];
  }
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 1_000_000);
  } catch {
    return '';
  }
}
