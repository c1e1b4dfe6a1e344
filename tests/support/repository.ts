import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../scripts/run-step.ts';

/** What the scripted agent does, by chunk key (tests/support/scripted-agent.mjs says the words). */
export type Script = Record<string, unknown>;

export interface TestRepository {
  path: string;
  /** The script's file: it may be written again between attempts. */
  scriptFile: string;
  git(...args: string[]): string;
  writeScript(script: Script): void;
  /** The messages of the commits on a branch that are not on main, oldest first. */
  subjects(branch: string): string[];
}

/** A folder under the system's temporary folder, its name with a space and a letter beyond ASCII. */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `specwright ü ${name}-`));
}

/** A repository with one commit whose agents are scripted commands. */
export function makeRepository(
  folder: string,
  script: Script,
  more: { config?: string; files?: Record<string, string> } = {},
): TestRepository {
  const path = join(folder, 'the project');
  const scriptFile = join(folder, 'script.json');
  mkdirSync(path, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: path,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const files = { 'README.md': '# A project\n', '.handoff/config.yaml': more.config ?? commandAgents(scriptFile), ...more.files };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  writeFileSync(scriptFile, JSON.stringify(script));
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  return {
    path,
    scriptFile,
    git,
    writeScript: (next) => writeFileSync(scriptFile, JSON.stringify(next)),
    subjects: (branch) => git('log', '--reverse', '--format=%s', `main..${branch}`).split('\n').filter(Boolean),
  };
}

/** A `.handoff/config.yaml` whose executor and reviewer are the scripted command. */
export function commandAgents(scriptFile: string, more = ''): string {
  const agent = join(ROOT, 'tests', 'support', 'scripted-agent.mjs');
  const args = (role: string) => JSON.stringify([agent, scriptFile, role]);
  return `tools:
  executors:
    - id: scripted
      name: Scripted
      type: command
      path: ${JSON.stringify(process.execPath)}
      args: ${args('executor')}
  reviewers:
    - id: scripted-reviewer
      type: command
      path: ${JSON.stringify(process.execPath)}
      args: ${args('reviewer')}
defaults:
  executor: scripted
  reviewer: scripted-reviewer
${more}`;
}

/** A spec as Markdown: chunks by key, each with the keys it depends on. */
export function specOf(title: string, chunks: Record<string, string[]>): string {
  const parts = Object.entries(chunks).map(([key, dependsOn]) => {
    const depends = dependsOn.length ? `\nDepends on: ${dependsOn.join(', ')}\n` : '';
    return `### ${key}: Do ${key}\n\nWrite the file of ${key}.\n\nAcceptance criteria:\n\n- the file is there\n${depends}`;
  });
  return `# ${title}\n\nA spec for a test.\n\n## Chunks\n\n${parts.join('\n')}`;
}
