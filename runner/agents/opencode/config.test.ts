import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BARE_TOOL, type ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { findOpencode, refuseVersion, ripgrepFolder } from './binary.ts';
import { agentFor, serverConfig, sessionRules } from './config.ts';
import { prepareHome } from './home.ts';
import { modelOf } from './model.ts';

const tool = (more: Partial<ToolConfiguration>): ToolConfiguration => ({ ...BARE_TOOL, id: 'a', type: 'opencode', ...more });
const model = (more: Partial<ToolConfiguration>) => modelOf(tool(more), { baseUrl: more.baseUrl ?? null, keyReference: '{file:/k}' });

interface Config {
  enabled_providers: string[];
  provider: Record<string, { options?: object; models?: object }>;
  agent: Record<string, { permission: Record<string, unknown>; disable?: boolean }>;
}

test('only the providers that were configured are enabled', () => {
  const models = [model({ model: 'zai/glm-5.3' }), model({ id: 'mine', model: 'q', baseUrl: 'http://127.0.0.1:1/v1' })];
  const config = serverConfig({ models, softSteps: 5 }) as unknown as Config;
  expect(config.enabled_providers).toEqual(['zai', 'specwright-mine']);
  expect(config.provider['specwright-mine']).toMatchObject({
    options: { baseURL: 'http://127.0.0.1:1/v1', apiKey: '{file:/k}' },
    models: { q: {} },
  });
  expect(config.provider.zai).toEqual({ options: { apiKey: '{file:/k}' } });
});

test('two models of one provider stand beside each other', () => {
  const at = { id: 'mine', baseUrl: 'http://127.0.0.1:1/v1' };
  const config = serverConfig({ models: [model({ ...at, model: 'q' }), model({ ...at, model: 'r' })], softSteps: 5 }) as unknown as Config;
  expect(Object.keys(config.provider['specwright-mine']?.models ?? {})).toEqual(['q', 'r']);
});

test('the reviewer can read and nothing else; nobody asks, delegates, leaves the worktree or reads the web', () => {
  const { agent } = serverConfig({ models: [], softSteps: 5 }) as unknown as Config;
  expect(agent.reviewer?.permission).toEqual({ '*': 'deny', read: 'allow', glob: 'allow', grep: 'allow' });
  expect(agent.executor?.permission).toMatchObject({ external_directory: 'deny', webfetch: 'deny', task: 'deny', question: 'deny' });
  expect(agent[agentFor({ role: 'executor' })]).toBe(agent.executor);
  const asking = { role: 'executor', askPerson: async () => null } as const;
  expect(agent[agentFor(asking)]?.permission).toEqual({ ...agent.executor?.permission, question: 'allow' });
  expect(sessionRules({ role: 'executor' })).toContainEqual({ permission: 'question', pattern: '*', action: 'deny' });
  expect(sessionRules(asking).some(({ permission }) => permission === 'question')).toBe(false);
  expect(agent.build?.disable && agent.plan?.disable).toBe(true);
  expect(sessionRules({ role: 'reviewer' })[0]).toEqual({ permission: '*', pattern: '*', action: 'deny' });
});

test('a home closes every connection that opencode would open by itself', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'specwright-home-'));
  const env = await prepareHome(folder, { PATH: '/usr/bin', SPECWRIGHT_MARK: 'm' });
  for (const name of ['MODELS_FETCH', 'AUTOUPDATE', 'SHARE', 'LSP_DOWNLOAD', 'DEFAULT_PLUGINS', 'EMBEDDED_WEB_UI', 'PROJECT_CONFIG']) {
    expect(env[`OPENCODE_DISABLE_${name}`]).toBe('1');
  }
  expect(env).toMatchObject({ HOME: folder, OPENCODE_PURE: '1', SPECWRIGHT_MARK: 'm' });
  expect(env.PATH?.split(path.delimiter)).toEqual([ripgrepFolder(), '/usr/bin']);
  const seed = JSON.parse(readFileSync(path.join(folder, '.config/opencode/package-lock.json'), 'utf8'));
  expect(seed.packages[''].dependencies).toEqual({ '@opencode-ai/plugin': findOpencode(null, {})?.version });
});

test('the binary is the packaged one or the one that was named, never one from PATH', () => {
  expect(findOpencode(null, { PATH: '/nowhere' })?.path).toContain('node_modules');
  expect(findOpencode(null, { OPENCODE_PATH: process.execPath })).toEqual({ path: process.execPath, version: null });
  expect(findOpencode({ path: '/no/such/file' }, {})).toBeNull();
});

test('only version 1 is driven', () => {
  expect(refuseVersion('1.18.33')).toBeNull();
  expect(refuseVersion('2.0.1')).toMatch(/version 1 is needed/);
});
