import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { discover } from '@specwright/runner/agents/discover.ts';
import pc from 'picocolors';
import { locateDataDirectory, readRunningServer } from '../local/data-directory.ts';

interface Finding {
  name: string;
  ok: boolean;
  detail: string;
  mend: string | null;
}

/** Says what is there, what is missing and how to mend it. Exit code 1 when something that is needed is missing. */
export async function doctor(options: { dataDir?: string; json?: boolean }): Promise<void> {
  const findings = [nodeFinding(), ...(await machineFindings()), dataFinding(options.dataDir), serverFinding(options.dataDir)];
  if (options.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else for (const finding of findings) process.stdout.write(`${lineOf(finding)}\n`);
  if (findings.some((finding) => !finding.ok && NEEDED.has(finding.name))) process.exitCode = 1;
}

const NEEDED = new Set(['node', 'git', 'opencode', 'data directory']);

const MENDS: Record<string, string> = {
  git: 'Install git: https://git-scm.com/downloads',
  opencode: 'Run npm start again: it installs the pinned opencode for this platform.',
  claude: 'Optional. Install Claude Code and sign in, or set CLAUDE_PATH, to use it as executor or reviewer.',
  'model key':
    'Set ZHIPU_API_KEY for GLM, or SPECWRIGHT_MODEL_URL, SPECWRIGHT_MODEL_KEY and SPECWRIGHT_MODEL for any OpenAI-compatible endpoint. Without one a demo model answers with scripts.',
  bubblewrap:
    'Optional. Install bubblewrap (bwrap), on a system that lets it make user namespaces, to contain what an agent’s shell writes.',
};

function nodeFinding(): Finding {
  return { name: 'node', ok: true, detail: `${process.version} (${process.execPath})`, mend: null };
}

async function machineFindings(): Promise<Finding[]> {
  const found = await discover({ environment: process.env });
  return found.map((tool) => ({
    name: tool.name,
    ok: tool.ok,
    detail: [tool.version, tool.detail].filter(Boolean).join(' ') || (tool.ok ? 'found' : 'not found'),
    mend: tool.ok ? null : (MENDS[tool.name] ?? null),
  }));
}

function dataFinding(flag: string | undefined): Finding {
  const { path } = locateDataDirectory(flag);
  try {
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    return { name: 'data directory', ok: true, detail: path, mend: null };
  } catch {
    return {
      name: 'data directory',
      ok: false,
      detail: `${path} can't be written`,
      mend: 'Choose another with --data-dir or SPECWRIGHT_DATA_DIR.',
    };
  }
}

function serverFinding(flag: string | undefined): Finding {
  const server = readRunningServer(locateDataDirectory(flag));
  if (server) return { name: 'server', ok: true, detail: server.url, mend: null };
  return { name: 'server', ok: false, detail: 'not running', mend: 'Start it with: npm start' };
}

function lineOf(finding: Finding): string {
  const mark = finding.ok ? pc.green('✓') : NEEDED.has(finding.name) ? pc.red('✗') : pc.yellow('–');
  const mend = finding.mend ? `\n    ${pc.dim(finding.mend)}` : '';
  return `${mark} ${finding.name}: ${finding.detail}${mend}`;
}
