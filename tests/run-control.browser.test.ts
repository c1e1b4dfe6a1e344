import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Project } from '@specwright/protocol/api.ts';
import type { StartedOrchestration } from '@specwright/protocol/workflow-api.ts';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenBrowser, violations } from './support/browser-given.ts';
import { stateOf, until, untilRest } from './support/deployment.ts';
import { makeRepository, type Script, specOf, temporaryFolder } from './support/repository.ts';

const given = givenBrowser('control');

const statusOf = (page: Page, status: string) => page.locator(`[data-testid=run-panel][data-status=${status}]`);
const items = (page: Page) => page.getByTestId('run-item').evaluateAll((all) => all.map((item) => item.getAttribute('data-status')));

const phaseSection = (title: string, at: number, done: number) => `## ${title}\n\n- [${at < done ? 'x' : ' '}] T00${at + 1} Do ${title}\n`;

describe('A person who watches a run can', () => {
  test('pause it at the border of a step, and resume it', async () => {
    const gate = join(temporaryFolder('gate'), 'open');
    const spec = await given.spec('pause', { a: { do: [{ waitFor: gate, write: { 'a.txt': 'a' } }] } }, { a: [], b: ['a'] });
    const page = await given.signedIn();
    await page.goto(spec.address);
    await page.getByTestId('run-all').click();
    await page.locator('[data-testid=run-item][data-status=running]').waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Pausing…' }).waitFor();
    expect(await page.getByRole('button', { name: 'Pausing…' }).isDisabled()).toBe(true);
    writeFileSync(gate, '');
    await statusOf(page, 'paused').waitFor();
    expect(await page.getByTestId('run-all').textContent()).toContain('Paused 1/2');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByTestId('totals').waitFor();
    expect(await items(page)).toEqual(['completed', 'completed']);
  });

  test('stop it in mid work, and open it again', async () => {
    const spec = await given.spec('stop', { b: { do: [{ hang: true }] } }, { a: [], b: ['a'] });
    const page = await given.signedIn();
    const runId = await given.run(spec);
    await page.goto(spec.address);
    await until(given.deployment.client, runId, (state) => state.job?.step === 'execute' && state.items[1]?.status === 'running');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    const shown = page.evaluate(shownOnce, 'cancelled');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop run' }).click();
    // The spec's, the run's, and the one in the list: none lags behind the others.
    expect(await shown).toEqual(['cancelled', 'cancelled', 'cancelled']);
    spec.repository.writeScript({});
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByTestId('totals').waitFor();
    expect(await items(page)).toEqual(['completed', 'completed']);
  });

  test('run one chunk alone', async () => {
    const spec = await given.spec('one', {}, { a: [], b: ['a'], c: [] });
    const page = await given.signedIn();
    await page.goto(spec.address);
    await page.getByRole('button', { name: 'Actions for Do c' }).click();
    await page.getByRole('menuitem', { name: 'Run this chunk' }).click();
    await page.getByText('The chosen chunks are done').waitFor();
    const chunks = () => page.getByTestId('chunk').evaluateAll((all) => all.map((chunk) => chunk.getAttribute('data-status')));
    expect(await chunks()).toEqual(['pending', 'pending', 'completed']);
  });

  test('retry a chunk that failed', async () => {
    const spec = await given.spec('retry', { a: { review: [{ verdict: 'fail', summary: 'Not like this.' }] } }, { a: [] });
    const page = await given.signedIn();
    await given.run(spec);
    await page.goto(spec.address);
    const failure = page.getByTestId('failure');
    await failure.getByText('Not like this.').waitFor();
    spec.repository.writeScript({});
    await failure.getByRole('button', { name: 'Retry' }).click();
    await page.getByTestId('totals').waitFor();
    const attempts = page.getByRole('tab', { name: /attempt/ });
    await page.getByTestId('run-item').getByRole('button', { name: /Do a/ }).click();
    expect(await attempts.count()).toBe(2);
    await attempts.first().click();
    await page.locator('[data-testid=attempt][data-result=rejected]').waitFor();
  });

  test('read the log of a past run, and see the page as it was at any event', async () => {
    const spec = await given.spec('log', {}, { a: [], b: ['a'] });
    const runId = await given.run(spec);
    const last = await untilRest(given.deployment.client, runId);
    const page = await given.signedIn();
    await page.goto(`/runs/${runId}`);
    await page.getByRole('searchbox', { name: 'Search events' }).fill('chunk_started 2/2');
    const rows = page.getByTestId('event-log').getByRole('option');
    await expect.poll(() => rows.count()).toBe(1);
    const seq = Number(await rows.first().getAttribute('aria-posinset'));
    await rows.first().click();
    await page.getByRole('button', { name: 'Show the page here' }).click();
    await page.locator(`[data-testid=run-panel][data-seq="${seq}"]`).waitFor();
    expect(await page.getByTestId('replay-notice').textContent()).toContain(`at event ${seq} of ${last.seq}`);
    expect(await items(page)).toEqual(['completed', 'running']);
    await page.getByRole('spinbutton', { name: 'Event number' }).fill('1');
    await page.locator('[data-testid=run-panel][data-seq="1"]').waitFor();
    expect(await items(page)).toEqual(['pending', 'pending']);
    await page.getByRole('button', { name: 'Back to live' }).click();
    await page.locator(`[data-testid=run-panel][data-seq="${last.seq}"]`).waitFor();
    expect(await items(page)).toEqual(['completed', 'completed']);
  });

  test('see the newest events with the page itself, before any script of it has come', async () => {
    const spec = await given.spec('first-frame', {}, { a: [], b: ['a'] });
    const last = await untilRest(given.deployment.client, await given.run(spec));
    const page = await given.signedIn();
    // Asked for, and never answered.
    await page.route('**/assets/*.js', () => {});
    await page.goto(`/runs/${last.id}`, { waitUntil: 'commit' });
    const seen = () =>
      page.getByRole('option').evaluateAll((rows) =>
        rows.flatMap((row) => {
          const { left, top, height } = row.getBoundingClientRect();
          return row.contains(document.elementFromPoint(left + 20, top + height / 2)) ? [Number(row.getAttribute('aria-posinset'))] : [];
        }),
      );
    await expect.poll(async () => (await seen()).at(-1)).toBe(last.seq);
    expect(await seen()).not.toContain(1);
  });

  test('see a phase through: watch it, retry the batch that failed, merge it', async () => {
    const gate = join(temporaryFolder('phase-gate'), 'open');
    const folder = temporaryFolder('phase');
    const tasks = (done: number) => `# Tasks\n\n${['Setup', 'Core'].map((title, at) => phaseSection(title, at, done)).join('\n')}`;
    const ticks = (done: number) => ({ [`${done}.txt`]: 'done\n', 'specs/001-x/tasks.md': tasks(done) });
    const script = { 'batch-1': { do: [{ waitFor: gate, write: ticks(1) }] }, '*': { do: [{ say: 'All is done.' }] } };
    const repository = makeRepository(folder, script, { files: { 'specs/001-x/spec.md': '# X\n', 'specs/001-x/tasks.md': tasks(0) } });
    const { client } = given.deployment;
    const body = { name: 'Phase', repository: { kind: 'path', path: repository.path, defaultBranch: null } };
    const { id: projectId } = await client.post<Project>('/api/projects', body);
    const config = { skipAnalyze: true, autoHealEnabled: false };
    const { runId } = await client.post<StartedOrchestration>('/api/workflow/orchestrate', { projectId, config });
    const page = await given.signedIn();
    await page.goto(`/projects/${projectId}`);
    const bar = page.getByTestId('phase-bar');
    await bar.getByText('Implementing batch 1 of 2: Setup').waitFor();
    expect(await bar.getByTestId('task-count').textContent()).toBe('Tasks: 0/2 complete');
    writeFileSync(gate, '');
    await bar.getByText('Failed at batch 2 of 2: Core').waitFor();
    await bar.getByRole('link', { name: 'See what was tried' }).click();
    const failure = page.getByTestId('failure');
    await failure.getByText('What was tried').waitFor();
    await failure.getByRole('button', { name: 'Hand over' }).click();
    expect(await page.getByTestId('hand-over').textContent()).toContain('git worktree add');
    repository.writeScript({ 'batch-2': { do: [{ write: ticks(2) }, { write: ticks(2) }] }, '*': { do: [{ say: 'It holds.' }] } });
    await failure.getByRole('button', { name: 'Retry batch' }).click();
    const ready = page.getByTestId('merge-ready');
    await ready.waitFor();
    expect(await page.title()).toMatch(/^● Merge Ready/);
    await ready.getByRole('button', { name: 'Show the whole diff' }).click();
    await ready.getByText('2.txt').waitFor();
    expect(await violations(page)).toEqual([]);
    await ready.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByTestId('totals').getByText('Merged onto main').waitFor();
    expect((await stateOf(client, runId)).phase?.mergedCommit).toBe(repository.git('rev-parse', 'main'));
    expect(repository.git('show', 'main:specs/001-x/tasks.md')).not.toContain('[ ]');
  });

  test('work on a repository by its git URL', async () => {
    const repository = makeRepository(temporaryFolder('url'), {});
    const bare = join(dirname(repository.path), 'origin.git');
    repository.git('clone', '--quiet', '--bare', repository.path, bare);
    const page = await given.signedIn();
    await page.getByRole('button', { name: 'Create project' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Git URL' }).check();
    await dialog.getByLabel('Git URL').last().fill(pathToFileURL(bare).href);
    await dialog.getByLabel('Name').fill('By its URL');
    await dialog.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('heading', { name: 'By its URL' }).waitFor();
    await page.getByRole('button', { name: 'Import SPEC.md' }).first().click();
    await page
      .getByRole('dialog')
      .getByRole('textbox')
      .fill(specOf('Far away', { a: [] }));
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Import/ })
      .click();
    await page.getByRole('heading', { name: 'Far away' }).waitFor();
    await page.getByTestId('run-all').click();
    await page.getByTestId('totals').waitFor();
  });
});

describe('People can complete a phase', () => {
  const FILE = 'specs/007-shop/tasks.md';
  const tasks = (done: number) =>
    `# Tasks\n\n${['Setup', 'Storage'].map((title, at) => `## ${title}\n\n- [${at < done ? 'x' : ' '}] T00${at + 1} Do it\n`).join('\n')}`;

  async function project(script: Script): Promise<string> {
    const files = { 'specs/007-shop/spec.md': '# Shop\n', [FILE]: tasks(0) };
    const { path } = makeRepository(temporaryFolder('phase'), script, { files });
    const body = { name: 'Shop', repository: { kind: 'path', path, defaultBranch: null } };
    return (await given.deployment.client.post<Project>('/api/projects', body)).id;
  }

  test('from one click: they see what was found, start, and watch it come to Merge Ready', async () => {
    const go = join(temporaryFolder('go'), 'go');
    const batch = (at: number) => ({ do: [{ waitFor: at === 1 ? go : undefined, write: { [FILE]: tasks(at), [`${at}.txt`]: 'done\n' } }] });
    const id = await project({ 'batch-1': batch(1), 'batch-2': batch(2) });
    const page = await given.signedIn({}, /409/);
    const stale = await page.context().newPage();
    for (const one of [page, stale]) {
      await one.goto(`/projects/${id}`);
      await one.getByRole('button', { name: 'Complete Phase' }).click();
      await one.getByText('Detected 2 batches from tasks.md').waitFor();
      await one.getByLabel('Skip analyze').check();
    }
    await page.getByText('Budgets', { exact: true }).click();
    await page.getByLabel('The whole run, in dollars').fill('0');
    await page.getByRole('button', { name: 'Start Orchestration' }).click();
    await page.getByText('1 field to correct').waitFor();
    expect(await violations(page)).toEqual([]);
    // A slip of the hand loses nothing.
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Complete Phase' }).click();
    await page.getByText('1 field to correct').waitFor();
    expect(await page.getByLabel('Skip analyze').isChecked()).toBe(true);
    await page.getByText('Budgets', { exact: true }).click();
    await page.getByLabel('The whole run, in dollars').fill('20');
    await page.getByRole('button', { name: 'Start Orchestration' }).click();
    await page.getByText('Implementing batch 1 of 2: Setup').waitFor();
    expect(await page.getByRole('button', { name: 'Complete Phase' }).count()).toBe(0);
    await stale.getByRole('button', { name: 'Start Orchestration' }).click();
    await stale.getByText('Orchestration already in progress').waitFor();
    writeFileSync(go, '');
    await page.getByTestId('phase-bar').locator('[data-status=merge_ready]').waitFor();
    await page.goto('/');
    const card = page.getByTestId('project-card').filter({ hasText: 'Shop' });
    await card.getByTestId('phase-badge').filter({ hasText: 'merge ready' }).waitFor();
  });
});

/** In the page: every status that it shows at the moment when one of them is this. */
function shownOnce(status: string): Promise<(string | null)[]> {
  return new Promise((done) => {
    const look = () => {
      const all = Array.from(document.querySelectorAll('[data-testid=status]'), (badge) => badge.getAttribute('data-status'));
      if (all.includes(status)) done(all);
      else requestAnimationFrame(look);
    };
    look();
  });
}
