import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSummary } from '@specwright/protocol/api.ts';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../scripts/run-step.ts';
import { deploy, freePort, stateOf } from './support/deployment.ts';
import { makeRepository, specOf, temporaryFolder } from './support/repository.ts';

const SPECWRIGHT = join(ROOT, 'bin', 'specwright.mjs');

function command(args: string[], env: Record<string, string> = {}): Promise<{ code: number | null; output: string; errors: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [SPECWRIGHT, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('close', (code) => done({ code, output, errors }));
  });
}

describe('the first start', () => {
  test('runs the demo through the real opencode: a repair, a fix, and every chunk passed', async () => {
    const dataDir = join(temporaryFolder('demo'), 'data');
    const deployment = await deploy(dataDir, { args: [], env: { ZHIPU_API_KEY: '' } });
    try {
      await new Promise<void>((done) => {
        const look = () => deployment.output().includes('Serving.') && done();
        deployment.process.stdout?.on('data', look);
        look();
      });
      const { items } = await deployment.client.get<{ items: RunSummary[] }>('/api/runs');
      const state = await stateOf(deployment.client, items[0]?.id ?? '');
      expect(state.status).toBe('completed');
      expect(state.configuration).toMatchObject({ demo: true, executor: { type: 'opencode' } });
      const results = state.items.flatMap((item) => item.attempts.map((attempt) => attempt.result));
      expect(results.filter((result) => result === 'checks_failed')).toHaveLength(1);
      expect(results.filter((result) => result === 'needs_fix')).toHaveLength(1);
      expect(state.totals.fixes).toBe(1);
      expect(state.totals.usage.inputTokens).toBeGreaterThan(0);
      for (const word of ['Dashboard', 'Sign in', 'opencode', 'git', 'passed', 'commits', 'branch'])
        expect(deployment.output()).toContain(word);
      const origin = join(dataDir, 'demo', 'project');
      const subjects = execFileSync('git', ['log', '--format=%s', `main..${state.branch}`], { cwd: origin, encoding: 'utf8' });
      expect(subjects.trim().split('\n')).toHaveLength(state.totals.commits);
    } finally {
      await deployment.stop();
    }
  });
});

describe('the command', () => {
  test('runs a spec file with an embedded server: exit code 0, events as JSON lines', async () => {
    const folder = temporaryFolder('run');
    const repository = makeRepository(folder, {});
    const spec = join(folder, 'SPEC.md');
    writeFileSync(spec, specOf('By command', { one: [], two: ['one'] }));
    const data = ['--data-dir', join(folder, 'data')];
    const env = { SPECWRIGHT_PORT: String(await freePort()) };
    const ended = await command(['run', spec, '--repo', repository.path, '--json', ...data], env);
    expect(ended.errors.split('\n').filter((line) => line && !line.startsWith('Building'))).toEqual([]);
    expect(ended.code).toBe(0);
    const events = ended.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map((event) => event.seq)).toEqual(events.map((_event, index) => index + 1));
    expect(events.map((event) => event.kind)).toContain('run_completed');
    const again = await command(['run', spec, '--repo', repository.path, ...data], env);
    expect(again).toMatchObject({ code: 0, output: 'Every chunk of this spec is done already.\n' });
  });

  test('exit code 1 when the run fails, with the reason', async () => {
    const folder = temporaryFolder('fails');
    const repository = makeRepository(folder, { one: { review: [{ verdict: 'fail', summary: 'Not like this.' }] } });
    writeFileSync(join(folder, 'SPEC.md'), specOf('Fails', { one: [] }));
    const env = { SPECWRIGHT_PORT: String(await freePort()) };
    const ended = await command(['run', join(folder, 'SPEC.md'), '--repo', repository.path, '--data-dir', join(folder, 'data')], env);
    expect(ended.code).toBe(1);
    expect(ended.output).toContain('Not like this.');
  });

  test.each([
    ['no spec file', ['run', '/nowhere/SPEC.md', '--repo', '.'], 2, /can't be read/],
    ['no repository', ['run', 'README.md'], 2, /--repo/],
    ['an unknown option', ['start', '--colour'], 2, /unknown option/],
    ['a port that is none', ['start', '--port', 'x', '--data-dir', '/tmp/never'], 2, /no port/],
    ['a folder that cannot be', ['start', '--data-dir', '/dev/null/x'], 1, /can't be written/],
  ])('says in one sentence what is wrong: %s', async (_name, args, code, sentence) => {
    const ended = await command(args);
    expect(ended.code).toBe(code);
    expect(ended.errors).toMatch(sentence);
    expect(ended.errors).not.toMatch(/\n\s+at /);
  });

  test('a missing git and a taken port are one sentence each', async () => {
    const folder = temporaryFolder('taken');
    const noGit = await command(['start', '--data-dir', join(folder, 'a')], { PATH: '/nonexistent' });
    expect(noGit).toMatchObject({ code: 1, errors: expect.stringMatching(/^Git is missing: .*\n$/) });
    const deployment = await deploy(join(folder, 'b'));
    try {
      const taken = await command(['start', '--port', String(deployment.port), '--data-dir', join(folder, 'c'), '--no-demo']);
      expect(taken.code).toBe(1);
      expect(taken.errors).toMatch(new RegExp(`^Port ${deployment.port} .* is taken`));
      const second = await command(['start', '--port', String(await freePort()), '--data-dir', join(folder, 'b'), '--no-demo']);
      expect(second.errors).toMatch(/already runs/);
    } finally {
      await deployment.stop();
    }
  });

  test('a spec whose chunks depend in a circle is refused with the circle named', async () => {
    const folder = temporaryFolder('circle');
    writeFileSync(join(folder, 'SPEC.md'), specOf('Circle', { a: ['b'], b: ['a'] }));
    const ended = await command(['run', join(folder, 'SPEC.md'), '--repo', folder]);
    expect(ended.code).toBe(2);
    expect(ended.errors).toMatch(/a → b → a|b → a → b/);
  });

  test('doctor says what is there', async () => {
    const ended = await command(['doctor', '--json']);
    const findings = JSON.parse(ended.output) as { name: string; ok: boolean }[];
    expect(findings.find((finding) => finding.name === 'git')?.ok).toBe(true);
    expect(findings.find((finding) => finding.name === 'opencode')?.ok).toBe(true);
    expect(ended.code).toBe(0);
  });

  test('a credential is kept with mode 600 and is in no log', async () => {
    const dataDir = join(temporaryFolder('secret'), 'data');
    const deployment = await deploy(dataDir);
    const credential = readFileSync(join(dataDir, 'owner-credential'), 'utf8').trim();
    await deployment.stop();
    expect(execFileSync('stat', ['-c', '%a', join(dataDir, 'owner-credential')], { encoding: 'utf8' }).trim()).toBe('600');
    expect(execFileSync('sh', ['-c', `cat '${dataDir}'/logs/*`], { encoding: 'utf8' })).not.toContain(credential);
  });
});
