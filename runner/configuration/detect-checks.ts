import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from '@specwright/protocol/run-plan.ts';

type Check = Configuration['checks'][number];
type Reader = (name: string) => Promise<string | null>;

const SCRIPTS = ['typecheck', 'type-check', 'lint', 'test'];
const TARGETS = ['lint', 'check', 'test'];
/** What `npm init` writes: it always fails. */
const PLACEHOLDER = /no test specified/;

/** The project's own commands, found in its files: at most one set a language, in the order types, lint, tests. */
export async function detectChecks(worktree: string): Promise<Check[]> {
  const read: Reader = (name) => readFile(path.join(worktree, name), 'utf8').catch(() => null);
  const found = (await Promise.all([fromPackage(read), fromCargo(read), fromGo(read), fromPython(read)])).flat();
  return found.length > 0 ? found : fromMakefile(read);
}

async function fromPackage(read: Reader): Promise<Check[]> {
  const text = await read('package.json');
  if (text === null) return [];
  const scripts = scriptsOf(text);
  const runner = await packageManager(read);
  return SCRIPTS.filter((name) => scripts[name] !== undefined && !PLACEHOLDER.test(scripts[name])).map((name) =>
    detected(name, `${runner} run ${name}`),
  );
}

function scriptsOf(text: string): Record<string, string> {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: Record<string, unknown> };
    return Object.fromEntries(Object.entries(scripts ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}

async function packageManager(read: Reader): Promise<string> {
  if ((await read('pnpm-lock.yaml')) !== null) return 'pnpm';
  if ((await read('yarn.lock')) !== null) return 'yarn';
  if ((await read('bun.lock')) !== null || (await read('bun.lockb')) !== null) return 'bun';
  return 'npm';
}

async function fromMakefile(read: Reader): Promise<Check[]> {
  const text = (await read('Makefile')) ?? (await read('makefile')) ?? (await read('GNUmakefile'));
  if (text === null) return [];
  return TARGETS.filter((target) => new RegExp(`^${target}\\s*:(?!=)`, 'm').test(text)).map((target) => detected(target, `make ${target}`));
}

async function fromCargo(read: Reader): Promise<Check[]> {
  if ((await read('Cargo.toml')) === null) return [];
  return [detected('cargo check', 'cargo check --all-targets'), detected('cargo test', 'cargo test')];
}

async function fromGo(read: Reader): Promise<Check[]> {
  if ((await read('go.mod')) === null) return [];
  return [detected('go vet', 'go vet ./...'), detected('go test', 'go test ./...')];
}

async function fromPython(read: Reader): Promise<Check[]> {
  const [project, ini, setup] = await Promise.all([read('pyproject.toml'), read('pytest.ini'), read('setup.cfg')]);
  const uses = ini !== null || /pytest/.test(project ?? '') || /\[tool:pytest\]/.test(setup ?? '');
  return uses ? [detected('pytest', 'python -m pytest -q')] : [];
}

function detected(name: string, command: string): Check {
  return { name, command, required: true, source: 'detected' };
}
