import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryCommand, Stage } from '@specwright/protocol/phase.ts';
import type { ConfigFile } from '../configuration/config-file.ts';
import { readConfigFile } from '../configuration/read-config-file.ts';
import { CONFIG_FILE } from '../configuration/resolve.ts';

/** What the agent is given in a stage: a command of the repository with its own text, or plain words. */
export type PhaseCommand = { kind: 'command'; name: string; file: string; body: string } | { kind: 'text'; text: string };

/** What an agent is given words for; `command` is the person's own choice. */
export type AgentStage = Exclude<Stage, 'merge' | 'command'>;

/** Where tools keep a repository's commands; `*` is the name. */
export const PLACES = [
  '.claude/commands/*.md',
  '.claude/skills/*/SKILL.md',
  '.opencode/command/*.md',
  '.opencode/commands/*.md',
  '.codex/prompts/*.md',
  '.github/prompts/*.prompt.md',
  '.cursor/commands/*.md',
];

/** SpecFlow's, then spec-kit's: the first whose commands are all there. spec-kit has none to verify. */
const DEFAULTS: Record<AgentStage, string[][]> = {
  design: [['flow.design'], ['speckit.specify', 'speckit.plan', 'speckit.tasks'], ['specify', 'plan', 'tasks']],
  analyze: [['flow.analyze'], ['speckit.analyze'], ['analyze']],
  implement: [['flow.implement'], ['speckit.implement'], ['implement']],
  verify: [['flow.verify']],
};

const WORDS: Record<AgentStage, string> = {
  design:
    'Write what is missing of the specification: spec.md (what and why), plan.md (how), and tasks.md: a list of small tasks as "- [ ] T001 text", grouped under "## " headings, in the order in which they are to be done. Write no code.',
  analyze:
    'Compare the specification, the plan and the tasks with each other and with the code: gaps, contradictions, tasks that are missing. Correct these documents where they are wrong. Write no code.',
  implement: 'Carry out the tasks that are named below.',
  verify:
    'Verify that the phase is complete: go through the specification and look at the code; run what shows that it works. Mend nothing large: say what is missing.',
};

/** The commands of a stage: what the configuration says, else the repository's own, else plain words. */
export function commandsOf(worktree: string, stage: AgentStage, hasSpec: boolean): PhaseCommand[] {
  const configured = phasesOf(worktree)?.[stage];
  if (configured != null) return [configured].flat().map((text) => commandFrom(worktree, text));
  for (const names of DEFAULTS[stage]) {
    const found = names.map((name) => find(worktree, name));
    if (found.some((command) => command === null)) continue;
    const commands = found.filter((command) => command !== null);
    return stage === 'design' && hasSpec && commands.length > 1 ? commands.slice(1) : commands;
  }
  return [{ kind: 'text', text: WORDS[stage] }];
}

/** The `phases` of the repository's configuration; a wrong file was refused with the lease. */
export function phasesOf(worktree: string): ConfigFile['phases'] {
  const file = [CONFIG_FILE, CONFIG_FILE.replace(/\.yaml$/, '.yml')].map((name) => join(worktree, name)).find((path) => existsSync(path));
  if (file === undefined) return null;
  const read = readConfigFile(readFileSync(file, 'utf8'), CONFIG_FILE, {});
  return read.ok ? read.config.phases : null;
}

function commandFrom(worktree: string, text: string): PhaseCommand {
  const name = /^\/(\S+)\s*$/.exec(text)?.[1];
  return (name === undefined ? null : find(worktree, name)) ?? { kind: 'text', text };
}

/** The repository's command of that name, under the prefix of a tool or under none; null: it has none. */
export function repositoryCommand(worktree: string, name: RepositoryCommand): (PhaseCommand & { kind: 'command' }) | null {
  for (const spelling of [`flow.${name}`, `specflow.${name}`, `speckit.${name}`, name]) {
    const found = find(worktree, spelling);
    if (found !== null) return found;
  }
  return null;
}

function find(worktree: string, name: string): (PhaseCommand & { kind: 'command' }) | null {
  if (!/^[\w.:-]+$/.test(name)) return null;
  // "flow.review" may lie in a folder of its tool, and is called "flow:review" then.
  const spellings = [
    { name, path: name },
    { name: name.replace('.', ':'), path: name.replace(/[.:]/, '/') },
  ];
  for (const { name: called, path } of spellings) {
    const file = PLACES.map((place) => place.replace('*', path)).find((place) => existsSync(join(worktree, place)));
    if (file !== undefined)
      return { kind: 'command', name: called, file, body: readFileSync(join(worktree, file), 'utf8').slice(0, 60_000) };
  }
  return null;
}
