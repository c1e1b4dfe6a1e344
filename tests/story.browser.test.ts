import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { type Deployment, deploy, makeSpec, signInLink, startRun, until, untilRest } from './support/deployment.ts';
import { makeRepository, type Script, specOf, type TestRepository, temporaryFolder } from './support/repository.ts';

let deployment: Deployment;
let browser: Browser;

beforeAll(async () => {
  [deployment, browser] = await Promise.all([deploy(join(temporaryFolder('story'), 'data')), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await deployment?.stop();
});

/** A browser of its own, signed in by a link of its own. Anything the page logs as an error fails the test. */
async function signedIn(viewport = { width: 1280, height: 860 }): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(await signInLink(deployment.client));
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  return { page, errors };
}

async function aRun(
  name: string,
  script: Script,
  chunks: Record<string, string[]>,
): Promise<{ runId: string; specId: string; repository: TestRepository }> {
  const repository = makeRepository(temporaryFolder(name), script);
  const spec = await makeSpec(deployment.client, repository.path, specOf(name, chunks));
  return { repository, specId: spec.id, runId: await startRun(deployment.client, spec.id) };
}

describe('People can', () => {
  test('not get in without a link, nor twice with the same', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${deployment.client.url}/`);
    await page.waitForURL('**/sign-in**');
    const link = await signInLink(deployment.client);
    await page.goto(link);
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    expect(page.url()).not.toContain('token');
    const second = await (await browser.newContext()).newPage();
    await second.goto(link);
    await second
      .getByText(/npm start|specwright link/)
      .first()
      .waitFor();
    expect(second.url()).toContain('/sign-in');
  });

  test('go from a new project to a completed run, and read its log', async () => {
    const script = {
      greet: {
        do: [{ waitMs: 300, write: { 'greet.txt': 'hi' } }, { append: { 'greet.txt': ', there' } }],
        review: [{ verdict: 'needs_fix' }, {}],
      },
    };
    const repository = makeRepository(temporaryFolder('new'), script);
    const { page, errors } = await signedIn();
    await page.getByRole('button', { name: 'Create project' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill(repository.path);
    await dialog.getByLabel('Name').fill('A first project');
    await dialog.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('heading', { name: 'A first project' }).waitFor();
    await page.getByRole('button', { name: 'Create spec' }).first().click();
    await page.getByRole('dialog').getByLabel('Title').fill('Greeting');
    await page.getByRole('dialog').getByRole('button', { name: 'Create spec' }).click();
    await page.getByRole('heading', { name: 'Greeting' }).waitFor();
    expect(await page.getByTestId('run-all').isDisabled()).toBe(true);
    for (const [key, after] of [
      ['greet', null],
      ['thank', 'greet'],
    ] as const) {
      await page.getByRole('button', { name: '+ Add chunk' }).first().click();
      const drawer = page.getByRole('dialog');
      await drawer.getByLabel('Title').fill(`Do ${key}`);
      await drawer.getByLabel('Key').fill(key);
      if (after) await drawer.getByRole('checkbox', { name: new RegExp(after) }).check();
      await drawer.getByRole('button', { name: 'Add chunk' }).click();
      await drawer.waitFor({ state: 'detached' });
    }
    expect(await page.getByTestId('chunk').count()).toBe(2);
    await page.getByTestId('run-all').click();
    await page.getByTestId('totals').waitFor({ timeout: 60_000 });
    const items = page.getByTestId('run-item');
    expect(await items.count()).toBe(3);
    expect(await page.getByTestId('totals').textContent()).toMatch(/1/);
    await page.getByRole('link', { name: /Event log/ }).click();
    await page.getByTestId('event-log').waitFor();
    await page
      .getByText('review_ended')
      .first()
      .or(page.getByText(/review/i).first())
      .waitFor();
    expect(errors).toEqual([]);
  });

  test('see the same state after a reload, in a second browser, and after the connection was lost', async () => {
    const chunks = { a: [], b: ['a'], c: ['b'] };
    const { runId, specId, repository } = await aRun('live', { '*': {}, b: { do: [{ waitMs: 1500, write: { 'b.txt': 'b' } }] } }, chunks);
    const first = await signedIn();
    const second = await signedIn({ width: 390, height: 800 });
    await Promise.all([
      first.page.goto(`${deployment.client.url}/specs/${specId}`),
      second.page.goto(`${deployment.client.url}/specs/${specId}`),
    ]);
    await until(deployment.client, runId, (state) => state.items[1]?.status === 'running');
    await first.page.reload();
    process.kill(deployment.workerdPid(), 'SIGKILL');
    await untilRest(deployment.client, runId);
    for (const { page } of [first, second]) {
      await page.getByTestId('totals').waitFor({ timeout: 60_000 });
      expect(await page.getByTestId('run-item').count()).toBe(3);
    }
    expect(repository.subjects((await untilRest(deployment.client, runId)).branch)).toHaveLength(3);
    const overflow = await second.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBe(0);
  });

  test('stop a run, see why a chunk failed, skip it, and go on', async () => {
    const { specId } = await aRun(
      'fail',
      { a: { review: [{ verdict: 'fail', summary: 'The contract is broken here.' }] } },
      { a: [], b: ['a'] },
    );
    const { page, errors } = await signedIn();
    await page.goto(`${deployment.client.url}/specs/${specId}`);
    const failure = page.getByTestId('failure');
    await failure.waitFor({ timeout: 60_000 });
    expect(await failure.textContent()).toContain('The contract is broken here.');
    await failure.getByRole('button', { name: /Skip/ }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: /Skip/ });
    if (await confirm.isVisible({ timeout: 2000 }).catch(() => false)) await confirm.click();
    await page.getByTestId('totals').waitFor({ timeout: 60_000 });
    expect(errors).toEqual([]);
  });

  test('rename, archive and delete a project, and are asked before it is gone', async () => {
    const { page } = await signedIn();
    await deployment.client.post('/api/projects', {
      name: 'Short lived',
      repository: { kind: 'path', path: '/nowhere', defaultBranch: null },
    });
    await page.reload();
    await page.getByRole('button', { name: 'Actions for Short lived' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Short lived');
    await dialog.getByRole('button', { name: /Delete/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => page.getByText('Short lived', { exact: true }).count()).toBe(0);
  });
});
