import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenBrowser } from './support/browser-given.ts';
import { until, untilRest } from './support/deployment.ts';
import { makeRepository, specOf, temporaryFolder } from './support/repository.ts';

const given = givenBrowser('control');

const statusOf = (page: Page, status: string) => page.locator(`[data-testid=run-panel][data-status=${status}]`);
const items = (page: Page) => page.getByTestId('run-item').evaluateAll((all) => all.map((item) => item.getAttribute('data-status')));

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
    await page.getByRole('dialog').getByRole('button', { name: 'Stop run' }).click();
    await statusOf(page, 'cancelled').waitFor();
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
