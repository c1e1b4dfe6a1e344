import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { givenBrowser } from './support/browser-given.ts';
import { signInLink, until, untilRest } from './support/deployment.ts';
import { makeRepository, temporaryFolder } from './support/repository.ts';

const given = givenBrowser('story');

/** What a browser says by itself of a server that is away. */
const CUT_OFF = /WebSocket|ERR_CONNECTION|ERR_EMPTY_RESPONSE|status of 50|Failed to fetch/;

describe('People can', () => {
  test('not get in without a link, nor twice with the same', async () => {
    const page = await given.visit();
    await page.goto('/');
    await page.waitForURL('**/sign-in**');
    const link = await signInLink(given.deployment.client);
    await page.goto(link);
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    expect(page.url()).not.toContain('token');
    const second = await given.visit({}, /status of 401/);
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
    const page = await given.signedIn();
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
    expect(await page.getByTestId('totals').textContent()).toMatch(/passed2.*fixes1.*commits2/);
    await page.getByRole('link', { name: /Event log/ }).click();
    await page.getByTestId('event-log').waitFor();
    await page.getByTestId('event-log').getByText('review_ended').last().waitFor();
  });

  test('see the same state after a reload, in a second browser, and after the connection was lost', async () => {
    const chunks = { a: [], b: ['a'], c: ['b'] };
    const gate = join(temporaryFolder('gate'), 'open');
    const spec = await given.spec('live', { b: { do: [{ waitFor: gate, write: { 'b.txt': 'b' } }] } }, chunks);
    const { client, workerdPid } = given.deployment;
    const runId = await given.run(spec);
    const first = await given.signedIn({}, CUT_OFF);
    const second = await given.signedIn({ viewport: { width: 390, height: 800 } }, CUT_OFF);
    await Promise.all([first.goto(spec.address), second.goto(spec.address)]);
    await until(client, runId, (state) => state.items[1]?.status === 'running');
    await first.reload();
    process.kill(workerdPid(), 'SIGKILL');
    writeFileSync(gate, '');
    await untilRest(client, runId);
    for (const page of [first, second]) {
      await page.getByTestId('totals').waitFor({ timeout: 60_000 });
      expect(await page.getByTestId('run-item').count()).toBe(3);
    }
    expect(spec.repository.subjects((await untilRest(client, runId)).branch)).toHaveLength(3);
  });

  test('go to a page without what they left being read again in between', async () => {
    const spec = await given.spec('on-the-way', {}, { a: [] });
    const page = await given.signedIn();
    const asked: string[] = [];
    const isData = (url: URL) => url.pathname.endsWith('.data');
    page.on('requestfailed', (request) => isData(new URL(request.url())) && asked.push(`broken off: ${request.url()}`));
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route(isData, async (route) => {
      asked.push(new URL(route.request().url()).pathname);
      await held;
      await route.continue();
    });
    const address = `/projects/${spec.projectId}`;
    await page.locator(`a[href="${address}"]`).first().click();
    await expect.poll(() => asked).toHaveLength(1);
    await page.evaluate(async () => {
      window.dispatchEvent(new Event('focus'));
      // As long as what the page asks first takes, and longer.
      for (let i = 0; i < 3; i++) await fetch('/api/health');
    });
    expect(asked).toEqual([`${address}.data`]);
    goOn();
    await page.waitForURL(`**${address}`);
    await page.getByRole('button', { name: 'Create spec' }).first().waitFor();
    expect(asked.filter((one) => one.startsWith('broken off'))).toEqual([]);
  });

  test('see why a chunk failed, skip it, and go on', async () => {
    const spec = await given.spec(
      'fail',
      { a: { review: [{ verdict: 'fail', summary: 'The contract is broken here.' }] } },
      { a: [], b: ['a'] },
    );
    const page = await given.signedIn();
    await given.run(spec);
    await page.goto(spec.address);
    const failure = page.getByTestId('failure');
    await failure.waitFor({ timeout: 60_000 });
    expect(await failure.textContent()).toContain('The contract is broken here.');
    await failure.getByRole('button', { name: /Skip/ }).click();
    await page.getByTestId('totals').waitFor({ timeout: 60_000 });
  });

  test('rename, archive and delete a project, and are asked before it is gone', async () => {
    const page = await given.signedIn();
    const { path } = makeRepository(temporaryFolder('short lived'), {});
    const repository = { kind: 'path', path, defaultBranch: null };
    await given.deployment.client.post('/api/projects', { name: 'Short lived', repository });
    await page.reload();
    const choose = async (name: string, action: string) => {
      await page.getByRole('button', { name: `Actions for ${name}` }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    const dialog = page.getByRole('dialog');
    await choose('Short lived', 'Rename');
    await dialog.getByLabel('Name').fill('For the attic');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    const card = page.getByRole('link', { name: 'For the attic' });
    await card.waitFor();
    await choose('For the attic', 'Archive');
    await card.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Show archived (1)' }).click();
    await choose('For the attic', 'Delete');
    expect(await dialog.getByRole('button', { name: 'Delete project' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('For the attic');
    await dialog.getByRole('button', { name: 'Delete project' }).click();
    await dialog.waitFor({ state: 'detached' });
    await card.waitFor({ state: 'detached' });
  });
});
