import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { givenBrowser, violations } from './support/browser-given.ts';
import { type MachineCommand, machine } from './support/machine.ts';
import { temporaryFolder } from './support/repository.ts';

const given = givenBrowser('machines');

const started: MachineCommand[] = [];
afterAll(async () => {
  for (const { process } of started) process.kill('SIGTERM');
  await Promise.all(started.map(({ ended }) => ended));
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const card = (page: Page, name: string) => page.getByTestId('machine').filter({ has: page.getByRole('link', { name, exact: true }) });
const statusOn = (page: Page) => page.locator('main [data-testid=status]').first().getAttribute('data-status');

function newMachine(name: string) {
  return machine(join(temporaryFolder(name), 'runner'), given.deployment.client.url);
}

describe('A person adds a machine', () => {
  test('by a code that they approve, and manages it until it is revoked', async () => {
    const page = await given.signedIn();
    await page.goto('/machines/add');
    await page.getByText('Waiting for the machine').waitFor();
    const box = newMachine('by code');
    const login = box(['login', '--name', 'workbench']);
    const [, address = ''] = await login.printed(/(http\S+code=\S+)/);
    const [, code = ''] = await login.printed(/check\s+(\S+)/);

    const approving = await page.context().newPage();
    await approving.goto(address);
    await approving.getByText('workbench').first().waitFor();
    const letters = (text: string | null) => text?.replace(/[^A-Z0-9]/gi, '');
    expect(letters(await approving.getByTestId('user-code').textContent())).toBe(letters(code));
    expect(await violations(approving)).toEqual([]);
    await button(approving, 'Approve').click();
    await approving.getByText('workbench is let in').waitFor();
    expect(await login.ended).toBe(0);
    await approving.close();

    // It shows up on the page that waits for it, by itself.
    const running = box(['start', '--json']);
    started.push(running);
    await page.getByTestId('arrivals').getByRole('link', { name: 'workbench' }).click();
    await page.getByRole('heading', { name: 'workbench' }).waitFor();
    expect(await statusOn(page)).toBe('online');

    await page.getByLabel('Name', { exact: true }).fill('bench 7');
    await page.getByLabel('Labels', { exact: true }).fill('linux, GPU');
    await button(page, 'Save name and labels').click();
    await page.getByRole('heading', { name: 'bench 7' }).waitFor();
    await page.getByRole('list', { name: 'Labels' }).getByText('gpu').waitFor();
    await page.getByRole('radio', { name: /^The organisation/ }).check();
    await button(page, 'Save sharing').click();
    await page.getByText('shared with the organisation').waitFor();

    await button(page, 'Pause').click();
    await page.getByLabel('Note (optional)').fill('until <b>Friday</b>');
    await button(page, 'Pause machine').click();
    await page.getByText('until <b>Friday</b>').waitFor();
    await expect.poll(() => statusOn(page)).toBe('paused');
    expect(await violations(page)).toEqual([]);
    await button(page, 'Resume').click();
    await expect.poll(() => statusOn(page)).toBe('online');
    await button(page, 'Drain').click();
    await expect.poll(() => statusOn(page)).toBe('draining');

    await button(page, 'Revoke').click();
    await page.getByLabel('Type “bench 7” to confirm').fill('bench 7');
    await button(page, 'Revoke machine').click();
    await page.waitForURL('**/machines');
    await card(page, 'bench 7').waitFor({ state: 'detached' });
    expect(await running.ended).toBe(2);
  });

  test('by a token that registers one machine, once', async () => {
    const page = await given.signedIn();
    await page.goto('/machines/add');
    await button(page, '+ Create token').click();
    await page.getByLabel('Labels (optional)').fill('ci');
    await button(page, 'Create token').click();
    const token = await page.getByLabel('The token', { exact: true }).inputValue();
    await button(page, 'I have kept it').click();
    const registered = newMachine('by token')(['register', '--name', 'ci-1', '--token-file', '-'], token);
    expect(await registered.ended).toBe(0);
    const again = newMachine('again')(['register', '--name', 'ci-2', '--token-file', '-'], token);
    expect(await again.ended).not.toBe(0);

    await page.goto('/machines');
    await card(page, 'ci-1').getByText('ci', { exact: true }).waitFor();
    expect(await card(page, 'ci-1').getAttribute('data-status')).toBe('offline');
    await page.goto('/runners');
    await page.waitForURL('**/machines');
  });

  test('or denies it, and nothing is let in', async () => {
    const page = await given.signedIn();
    const login = newMachine('denied')(['login', '--name', 'stranger']);
    const [, code = ''] = await login.printed(/check\s+(\S+)/);
    await page.goto('/device');
    await page.getByLabel('Code').fill('WRNG-CODE');
    await button(page, 'Go on').click();
    await page.getByText('No request has this code').waitFor();
    await page.getByLabel('Code').fill(code);
    await button(page, 'Go on').click();
    await button(page, 'Deny').click();
    await page.getByText('Nothing was let in').waitFor();
    expect(await login.ended).not.toBe(0);
  });
});

describe('The pages about machines', () => {
  test('have no violation of WCAG 2.2 A and AA, dark and wide, light and narrow', async () => {
    for (const [theme, width] of [
      ['dark', 1280],
      ['light', 390],
    ] as const) {
      const page = await given.signedIn({ viewport: { width, height: 860 } });
      await page.context().addCookies([{ name: 'specwright_theme', value: theme, url: given.deployment.client.url }]);
      await page.goto('/machines');
      const own = await page.getByTestId('machine').first().getByRole('link').first().getAttribute('href');
      for (const address of ['/machines', own ?? '', '/machines/add', '/device']) {
        await page.goto(address);
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect(await violations(page), `${address} ${theme}`).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(overflow, `${address} at ${width}`).toBe(0);
      }
    }
  });
});
