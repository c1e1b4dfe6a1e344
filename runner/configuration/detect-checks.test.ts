import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { detectChecks } from './detect-checks.ts';
import { readInstructions } from './instructions.ts';

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'specwright-checks-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

const PACKAGE = JSON.stringify({ scripts: { test: 'vitest run', lint: 'biome check', typecheck: 'tsc', start: 'node .' } });

const CASES: [string, Record<string, string>, string[]][] = [
  ['package.json, with npm', { 'package.json': PACKAGE }, ['npm run typecheck', 'npm run lint', 'npm run test']],
  [
    'package.json, with the manager of its lock file',
    { 'package.json': PACKAGE, 'pnpm-lock.yaml': '' },
    ['pnpm run typecheck', 'pnpm run lint', 'pnpm run test'],
  ],
  ['the placeholder that npm init writes', { 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' }, []],
  ['a package.json that is broken', { 'package.json': '{' }, []],
  ['a Makefile', { Makefile: 'build:\n\ttrue\ntest: build\n\ttrue\ncheck := x\n' }, ['make test']],
  [
    'a Makefile beside package.json',
    { 'package.json': PACKAGE, Makefile: 'test:\n\ttrue\n' },
    ['npm run typecheck', 'npm run lint', 'npm run test'],
  ],
  ['cargo', { 'Cargo.toml': '[package]' }, ['cargo check --all-targets', 'cargo test']],
  ['go', { 'go.mod': 'module x' }, ['go vet ./...', 'go test ./...']],
  ['pytest', { 'pyproject.toml': '[tool.pytest.ini_options]' }, ['python -m pytest -q']],
  ['a pyproject.toml without pytest', { 'pyproject.toml': '[project]' }, []],
  ['nothing', {}, []],
];

test.each(CASES)('checks are detected from %s', async (_, files, commands) => {
  const checks = await detectChecks(folderWith(files));
  expect(checks.map(({ command }) => command)).toEqual(commands);
  expect(checks.every(({ source, required }) => source === 'detected' && required)).toBe(true);
});

test('instructions for agents are read once, also when one file names the other', async () => {
  expect(await readInstructions(folderWith({ 'AGENTS.md': 'Be brief.\n', 'CLAUDE.md': '@AGENTS.md\n' }))).toBe('Be brief.');
  expect(await readInstructions(folderWith({ 'AGENTS.md': 'One.', 'CLAUDE.md': 'Two.' }))).toBe('One.\n\nTwo.');
  expect(await readInstructions(folderWith({}))).toBe('');
});
