import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenBrowser, violations } from './support/browser-given.ts';
import { untilRest } from './support/deployment.ts';

const given = givenBrowser('pages', { ZHIPU_API_KEY: '' });

const themeOf = (page: Page) => page.locator('html').getAttribute('data-theme');

async function addresses(): Promise<string[]> {
  const [done, failed] = [
    await given.spec('done', { a: { review: [{ verdict: 'needs_fix' }, {}] } }, { a: [], b: ['a'] }),
    await given.spec('failed', { a: { do: [{ exit: 3 }] } }, { a: [] }),
  ];
  const runs = [await given.run(done), await given.run(failed)];
  for (const run of runs) await untilRest(given.deployment.client, run);
  return ['/', '/runners', '/settings', `/projects/${done.projectId}`, done.address, failed.address, ...runs.map((run) => `/runs/${run}`)];
}

async function lookAtAll(pages: string[], theme: string, width: number): Promise<void> {
  const page = await given.signedIn({ viewport: { width, height: 860 } });
  await page.context().addCookies([{ name: 'specwright_theme', value: theme, url: given.deployment.client.url }]);
  for (const address of pages) {
    await page.goto(address, { waitUntil: 'networkidle' });
    expect(await themeOf(page)).toBe(theme);
    const closed = page.getByTestId('run-item').getByRole('button', { expanded: false });
    while ((await closed.count()) > 0) await closed.first().click();
    expect(await violations(page), `${address} ${theme}`).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, `${address} at ${width}`).toBe(0);
  }
}

describe('Every page', () => {
  test('has no violation of WCAG 2.2 A and AA, in the dark and in the light, wide and narrow', async () => {
    const pages = await addresses();
    await Promise.all([lookAtAll(pages, 'dark', 1280), lookAtAll(pages, 'light', 390)]);
  });

  test('has none in its dialogs', async () => {
    const spec = await given.spec('dialogs', {}, { a: [], b: ['a'] });
    const page = await given.signedIn();
    const look = async (open: () => Promise<void>) => {
      await open();
      const dialog = page.getByRole('dialog').or(page.getByRole('menu'));
      await dialog.waitFor();
      await expect.poll(() => dialog.evaluate((element) => element.getAnimations().length)).toBe(0);
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    };
    await look(() => page.getByRole('button', { name: 'Create project' }).first().click());
    await look(() => page.keyboard.press('?'));
    await look(() => page.keyboard.press('Control+k'));
    await page.goto(spec.address);
    await page.getByTestId('chunk').first().waitFor();
    await look(() => page.getByRole('button', { name: '+ Add chunk' }).first().click());
    await look(() => page.getByRole('button', { name: 'Actions for Do a' }).click());
  });
});

describe('A visitor', () => {
  test('who is signed out sees the sign-in page only, and it is as good as the others', async () => {
    const page = await given.signedIn();
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in**');
    expect(await violations(page)).toEqual([]);
    await page.goto('/settings');
    await page.waitForURL('**/sign-in**');
  });

  test('chooses the dark or the light, and a reload keeps it', async () => {
    const page = await given.signedIn();
    await page.goto('/settings');
    expect(await themeOf(page)).toBe('dark');
    await page.getByRole('radio', { name: 'Light' }).check();
    expect(await themeOf(page)).toBe('light');
    await page.reload();
    expect(await themeOf(page)).toBe('light');
  });

  test('is told what is not there, inside the frame', async () => {
    const page = await given.signedIn({}, /status of 404/);
    for (const address of ['/no/such/page', '/specs/spc_none', '/runs/run_none']) {
      const answer = await page.goto(address);
      expect(answer?.status()).toBe(404);
      await page.getByRole('heading', { name: 'Not found' }).waitFor();
      expect(await violations(page)).toEqual([]);
    }
    await page.getByRole('link', { name: 'Go to the dashboard' }).click();
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
  });

  test('finds the hundred and first project too', async () => {
    const repository = { kind: 'path', path: '/nowhere', defaultBranch: null };
    for (let number = 1; number <= 101; number++)
      await given.deployment.client.post('/api/projects', { name: `Project ${number}`, repository });
    const page = await given.signedIn();
    const [oldest, more] = [
      page.getByRole('link', { name: 'Project 1', exact: true }),
      page.getByRole('button', { name: 'Show more projects' }),
    ];
    expect(await oldest.count()).toBe(0);
    await more.click();
    await oldest.waitFor();
    await more.waitFor({ state: 'detached' });
  });

  test('is told where a demo model answers', async () => {
    const page = await given.signedIn();
    await page.getByTestId('demo-notice').getByText('no model key was found').waitFor();
  });
});
