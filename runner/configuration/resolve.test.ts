import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '@specwright/protocol/run-plan.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { resolveConfiguration } from './resolve.ts';

let worktree: string;
beforeEach(() => {
  worktree = mkdtempSync(path.join(tmpdir(), 'specwright configuration '));
});

function put(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(worktree, name)), { recursive: true });
  writeFileSync(path.join(worktree, name), text);
}

function resolve(yaml: string | null, environment: Record<string, string> = {}, settings: Partial<RunSettings> = {}) {
  if (yaml !== null) put('.handoff/config.yaml', yaml);
  return resolveConfiguration({ worktree, settings: { ...DEFAULT_RUN_SETTINGS, ...settings }, environment, found: [] });
}

const FULL = `tools:
  executors:
    - id: glm
      name: GLM
      type: opencode
      model: \${GLM:-zai/glm-5.3}
    - id: local
      type: opencode
      baseUrl: http://127.0.0.1:11434/v1
      model: qwen3-coder
      price: { input: 0, output: 0 }
    - id: script
      type: command
      path: ./agent.sh
      args: [--fast]
      events: jsonl
  reviewers:
    - id: opus
      model: opus
    - id: flash
      model: zai/glm-5.3-flash
defaults:
  executor: glm
  reviewer: flash
  maxIterations: \${MAX:-3}
rules:
  - Keep functions small.
  - No new dependencies.
checks:
  - name: types
    command: npm run typecheck
    timeout: 2m
  - name: slow
    command: npm run slow
    required: false
setup: npm ci
budgets:
  chunkUsd: 5
`;

describe('with no file', () => {
  test('GLM is used when its key is there', async () => {
    const found = await resolve(null, { ZHIPU_API_KEY: 'secret-key' });
    expect(found).toMatchObject({
      ok: true,
      executor: { type: 'opencode', model: 'zai/glm-5.3', key: 'ZHIPU_API_KEY' },
      configuration: { demo: false, maxIterations: 5 },
    });
    expect(JSON.stringify(found)).not.toContain('secret-key');
  });

  test('the account is told by a fingerprint that is the same for the same key alone', async () => {
    const fingerprints = await Promise.all(
      ['a', 'a', 'b'].map(async (key) => {
        const found = await resolve(null, { ZHIPU_API_KEY: key });
        return found.ok ? found.configuration.accountFingerprint : null;
      }),
    );
    expect(fingerprints[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprints[1]).toBe(fingerprints[0]);
    expect(fingerprints[2]).not.toBe(fingerprints[0]);
  });

  test('any OpenAI-compatible address from the environment is used', async () => {
    const environment = { SPECWRIGHT_MODEL_URL: 'http://127.0.0.1:8000/v1', SPECWRIGHT_MODEL: 'qwen' };
    expect(await resolve(null, environment)).toMatchObject({
      ok: true,
      executor: { baseUrl: 'http://127.0.0.1:8000/v1', model: 'qwen', key: null },
    });
    expect(await resolve(null, { SPECWRIGHT_MODEL_URL: 'http://127.0.0.1:8000/v1' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('SPECWRIGHT_MODEL'),
    });
  });

  test('the demo model answers when there is nothing else, unless it is not wanted', async () => {
    expect(await resolve(null)).toMatchObject({ ok: true, configuration: { demo: true }, executor: { demo: true } });
    expect(await resolve(null, { SPECWRIGHT_NO_DEMO: '1' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('ZHIPU_API_KEY'),
    });
  });
});

describe('with a file', () => {
  test('everything in it holds', async () => {
    const found = await resolve(FULL, { ZHIPU_API_KEY: 'k' });
    expect(found).toMatchObject({
      ok: true,
      executor: { id: 'glm', model: 'zai/glm-5.3', key: 'ZHIPU_API_KEY' },
      reviewer: { id: 'flash', type: 'opencode', model: 'zai/glm-5.3-flash', key: 'ZHIPU_API_KEY' },
      configuration: { maxIterations: 3, demo: false },
      rules: 'Keep functions small.\nNo new dependencies.',
      setup: 'npm ci',
      checks: [
        { name: 'types', required: true, timeoutMs: 120_000, source: 'configured' },
        { name: 'slow', required: false, timeoutMs: null },
      ],
      budgets: { chunkUsd: 5 },
      warnings: [],
    });
  });

  test('the run’s settings win over it', async () => {
    const found = await resolve(FULL, {}, { executor: 'local', reviewer: 'opus', maxIterations: 7 });
    expect(found).toMatchObject({
      ok: true,
      executor: { id: 'local', key: null },
      reviewer: { id: 'opus', type: 'claude-code' },
      configuration: { maxIterations: 7 },
    });
  });

  test('a reviewer without a type uses the executor’s connection', async () => {
    const yaml = `tools:
  executors: [{ id: local, type: opencode, baseUrl: 'http://127.0.0.1:1/v1', model: a, key: MY_KEY }]
  reviewers: [{ id: other, model: b }]`;
    expect(await resolve(yaml, { MY_KEY: 'k' })).toMatchObject({
      ok: true,
      reviewer: { id: 'other', model: 'b', baseUrl: 'http://127.0.0.1:1/v1', key: 'MY_KEY' },
    });
  });

  test('an empty list of checks means none; no list means those that are detected', async () => {
    put('package.json', JSON.stringify({ scripts: { test: 'node --test' } }));
    expect(await resolve('checks: []')).toMatchObject({ ok: true, checks: [], warnings: [expect.stringContaining('No checks')] });
    expect(await resolve('rules: Be kind.', { PATH: process.env.PATH ?? '' })).toMatchObject({
      ok: true,
      checks: [{ command: 'npm run test', source: 'detected' }],
    });
  });

  test('a detected check whose program is not on this machine is left out, and that is said', async () => {
    put('package.json', JSON.stringify({ scripts: { test: 'node --test' } }));
    const warnings = [expect.stringContaining('npm is not on this machine'), expect.stringContaining('No checks')];
    expect(await resolve(null, { PATH: '/nowhere' })).toMatchObject({ ok: true, checks: [], warnings });
  });

  test('unknown keys are warned of with their line', async () => {
    const found = await resolve('rules: x\ndefault:\n  executor: y\nchecks:\n  - name: a\n    command: b\n    timout: 3s\n');
    expect(found.ok && found.warnings).toEqual([
      '.handoff/config.yaml:2: default is not known and is ignored.',
      '.handoff/config.yaml:7: checks.0.timout is not known and is ignored.',
    ]);
  });

  test('an empty file is no file', async () => {
    expect(await resolve('# nothing yet\n')).toMatchObject({ ok: true, configuration: { demo: true } });
  });
});

const WRONG: [string, string, number | null, RegExp][] = [
  ['YAML that cannot be read', 'tools:\n  executors: [\n', 3, /./],
  ['a wrong type', 'defaults:\n  maxIterations: many\n', 2, /maxIterations.*number/],
  ['a number out of bounds', 'defaults:\n  executor: a\n  maxIterations: 0\n', 3, /maxIterations/],
  ['an unknown type of tool', 'tools:\n  executors:\n    - id: a\n      type: robot\n', 4, /type is one of opencode/],
  ['a missing id', 'tools:\n  executors:\n    - type: opencode\n      model: m/x\n', 3, /id/],
  [
    'an id twice',
    'tools:\n  executors:\n    - { id: a, type: command, path: x }\n    - { id: a, type: command, path: y }\n',
    4,
    /"a" is there twice/,
  ],
  [
    'a default that names nothing',
    'tools:\n  executors:\n    - { id: a, type: command, path: x }\ndefaults:\n  executor: b\n',
    5,
    /no executor "b" \(there are a\)/,
  ],
  ['a command without a path', 'tools:\n  executors:\n    - id: a\n      type: command\n', 3, /needs a path/],
  [
    'a key instead of its name',
    'tools:\n  executors:\n    - { id: a, type: opencode, model: m/x, key: sk-1234 }\n',
    3,
    /NAME of an environment variable/,
  ],
  ['a variable that is not set', `setup: x\nrules: \${NOT_SET}\n`, 2, /NOT_SET is not set/],
  ['an agent of the protocol without a program', 'tools:\n  executors:\n    - id: g\n      type: acp\n', 3, /needs a path/],
  [
    'a plain model as executor',
    'tools:\n  executors:\n    - id: m\n      type: model\n      baseUrl: http://127.0.0.1:1/v1\n      model: x\n',
    4,
    /no tools/,
  ],
  ['a plain model without an address', 'tools:\n  reviewers:\n    - id: m\n      type: model\n      model: x\n', 3, /needs a baseUrl/],
  ['an alias', 'rules: &a x\nsetup: *a\n', 2, /Aliases/],
];

describe('an agent by configuration', () => {
  test('of the protocol is a program with its arguments, its environment and its key; readers may be models behind an address', async () => {
    const found = await resolve(
      `tools:
  executors:
    - { id: qwen, type: acp, path: qwen, args: [--acp], model: glm-5.3, key: OPENAI_API_KEY, env: { OPENAI_BASE_URL: '\${URL}', RETRIES: 2 } }
  reviewers:
    - { id: judge, type: model, baseUrl: 'https://api.anthropic.com', model: claude-x, fallbackModel: claude-y, key: ANTHROPIC_API_KEY }
  planners:
    - { id: thinker, type: model, endpoint: 'http://127.0.0.1:1/v1', model: local }
`,
      { URL: 'http://127.0.0.1:2/v1', OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' },
    );
    expect(found).toMatchObject({
      ok: true,
      executor: {
        type: 'acp',
        path: 'qwen',
        args: ['--acp'],
        home: 'private',
        env: { OPENAI_BASE_URL: 'http://127.0.0.1:2/v1', RETRIES: '2' },
      },
      reviewer: { type: 'model', api: 'anthropic', fallbackModel: 'claude-y', key: 'ANTHROPIC_API_KEY' },
      planner: { type: 'model', api: 'openai', baseUrl: 'http://127.0.0.1:1/v1', key: null },
    });
  });

  test('plans by the reviewer where no planner is named', async () => {
    const found = await resolve(FULL, { ZHIPU_API_KEY: 'a' });
    expect(found.ok && found.planner).toEqual(found.ok && found.reviewer);
  });
});

describe('a wrong file', () => {
  test.each(WRONG)('with %s is refused with its line', async (_, yaml, line, message) => {
    expect(await resolve(yaml)).toMatchObject({ ok: false, file: '.handoff/config.yaml', line, message: expect.stringMatching(message) });
  });

  test('never shows a key that was written by mistake', async () => {
    const found = await resolve('tools:\n  executors:\n    - { id: a, type: opencode, model: m/x, key: sk-1234 }\n');
    expect(JSON.stringify(found)).not.toContain('sk-1234');
  });

  test('a run that wants a tool that is not there is refused', async () => {
    expect(await resolve(FULL, {}, { executor: 'none' })).toMatchObject({ ok: false, message: expect.stringContaining('"none"') });
  });
});
