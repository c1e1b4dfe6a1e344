import type { Spec } from '@specwright/protocol/api.ts';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenBrowser, violations } from './support/browser-given.ts';
import { untilRest } from './support/deployment.ts';
import { dragBeyond } from './support/drag.ts';
import { specOf } from './support/repository.ts';

/** A page that was cut off tries again after some seconds. */
const PATIENCE = { timeout: 15_000 };
const given = givenBrowser('workers');

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const toast = (page: Page, text: string | RegExp) => page.locator('[data-sonner-toast]').filter({ hasText: text }).first();
const entries = (page: Page) => page.getByTestId('queue-item').getByRole('link').allTextContents();
const phone = { viewport: { width: 390, height: 844 } };

/** Somebody in a browser of their own who was invited and signs up. */
async function joined(name: string, role: string, options: BrowserContextOptions = {}): Promise<Page> {
  const { token } = await given.deployment.client.post<{ token: string }>('/api/organisation/invitations', { role, email: null });
  const page = await given.visit(options);
  await page.goto(`/join#${token}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill(`${name.toLowerCase()}@example.com`);
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await button(page, 'Sign up and join').click();
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  return page;
}

/** A project in which one spec works at once, and never ends by itself; its specs by title. */
async function slowProject(page: Page, titles: string[]): Promise<Record<string, string>> {
  const { projectId } = await given.spec('slow', { '*': { do: [{ hang: true }] } }, { a: [] });
  await page.goto(`/projects/${projectId}`);
  await page.getByLabel('Specs at work at once').fill('1');
  await button(page, 'Save settings').click();
  await page.getByText('0/1 slots in use').waitFor();
  const ids: Record<string, string> = {};
  for (const title of titles) {
    const markdown = specOf(title, { a: [], b: ['a'] });
    ids[title] = (await given.deployment.client.post<Spec>(`/api/projects/${projectId}/specs/import`, { markdown })).id;
  }
  return ids;
}

/** Lets a test end the workers' sockets of a page and keep new ones from opening. */
async function cutLine(page: Page) {
  let isCut = false;
  const open = new Set<{ close(): Promise<void> }>();
  await page.routeWebSocket(/\/api\/workers\/socket/, (socket) => {
    if (isCut) return void socket.close();
    open.add(socket);
    socket.connectToServer();
  });
  return {
    cut: () => {
      isCut = true;
      for (const socket of open) void socket.close();
    },
    mend: () => {
      isCut = false;
    },
  };
}

async function expectClean(page: Page): Promise<void> {
  expect(await violations(page), page.url()).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, page.url()).toBe(0);
}

describe('Two people who look at the workers', () => {
  test('fill the slots, order the queue together, and stop all', async () => {
    const ada = await given.signedIn();
    const specs = await slowProject(ada, ['One', 'Two', 'Three', 'Four']);
    const grace = await joined('Grace', 'member');
    await grace.goto('/workers');
    await grace.getByText('Nothing waits').waitFor();

    // The first takes the slot; it runs in the background.
    await ada.goto(`/specs/${specs.One}`);
    await button(ada, 'Run in background').click();
    await ada.getByRole('heading', { name: 'Projects' }).waitFor();
    await toast(ada, /One (has begun|is queued|begins as soon)/)
      .getByRole('link')
      .click();
    await ada.getByRole('heading', { name: 'One' }).waitFor();
    await grace.locator('[data-testid=worker][data-status=running]').getByText('1/2: Do a').waitFor();
    expect(await grace.getByTestId('workers-active').textContent()).toContain('1');
    expect(await grace.getByTestId('slots-warning').textContent()).toBe('All worker slots in use (1/1). New specs will be queued.');

    // The others wait.
    await ada.goto(`/specs/${specs.Two}`);
    await ada.getByTestId('slots-warning').getByText('All worker slots in use (1/1).').waitFor();
    await ada.getByRole('link', { name: 'See the queue' }).click();
    await button(ada, '+ Add worker').click();
    await ada.getByLabel('Spec', { exact: true }).selectOption({ label: 'Two' });
    await button(ada, 'Add to queue').click();
    await toast(ada, 'Two is queued, place 1').waitFor();
    await toast(grace, 'Local owner queued Two').waitFor();
    for (const title of ['Three', 'Four']) await given.deployment.client.post('/api/queue', { specId: specs[title] });
    await expect.poll(() => entries(grace)).toEqual(['Two', 'Three', 'Four']);
    expect(await grace.getByTestId('wait').first().textContent()).toBe('Waiting for a slot: the project’s one is in use.');

    // Grace moves the last to the top by keyboard, Ada sees it.
    await button(grace, 'Move Four').press('Alt+ArrowUp');
    await button(grace, 'Move Four').press('Alt+ArrowUp');
    await expect.poll(() => entries(ada)).toEqual(['Four', 'Two', 'Three']);
    expect(await grace.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Move Four');
    await toast(ada, /Grace moved Four/).waitFor();
    await ada.getByTestId('queue-item').first().getByText('moved').waitFor();

    // Ada drags it to the end, and back; Grace sees it.
    const carry = (over: string, side: 'below' | 'above') => dragBeyond(ada, button(ada, 'Move Four'), button(ada, `Move ${over}`), side);
    await carry('Three', 'below');
    await expect.poll(() => entries(grace)).toEqual(['Two', 'Three', 'Four']);
    await toast(grace, /Local owner moved Four/).waitFor();
    await carry('Two', 'above');
    await expect.poll(() => entries(grace)).toEqual(['Four', 'Two', 'Three']);

    // A priority, by Ada; Grace sees it. Then she takes one out.
    await ada.getByLabel('Priority of Three').fill('5');
    await ada.getByLabel('Priority of Three').press('Enter');
    await expect.poll(() => grace.getByLabel('Priority of Three').inputValue()).toBe('5');
    await button(grace, 'Remove Two').click();
    await expect.poll(() => entries(ada)).toEqual(['Four', 'Three']);
    await toast(ada, 'Grace removed Two from the queue').waitFor();
    await ada.reload();
    await expect.poll(() => entries(ada)).toEqual(['Four', 'Three']);

    // The queue rests; then everything is stopped.
    await button(ada, /^Pause queue of/).click();
    await grace.getByText('Paused by Local owner: nothing new is begun here.').waitFor();
    await button(grace, 'Stop all').click();
    await grace.getByRole('dialog').getByRole('button', { name: 'Stop all' }).click();
    await toast(ada, 'Grace stopped One').waitFor();
    for (const page of [ada, grace]) {
      await page.getByText('No worker', { exact: true }).waitFor();
      await page.getByTestId('workers-active').waitFor({ state: 'detached' });
    }
    expect(await entries(ada)).toEqual(['Four', 'Three']);
  });

  test('are told when they are cut off, and have missed nothing when they are back', async () => {
    const ada = await given.signedIn();
    const line = await cutLine(ada);
    await ada.goto('/workers');
    await expect.poll(() => entries(ada)).toEqual(['Four', 'Three']);
    line.cut();
    await ada.getByTestId('connection').getByText('Connection lost. Reconnecting…').waitFor();
    const other = await given.signedIn();
    await other.goto('/workers');
    await button(other, 'Move Three').press('Alt+ArrowUp');
    await other.getByTestId('queue-item').first().getByText('moved').waitFor();
    expect(await entries(ada)).toEqual(['Four', 'Three']);
    line.mend();
    await expect.poll(() => entries(ada), PATIENCE).toEqual(['Three', 'Four']);
    await ada.getByTestId('connection').waitFor({ state: 'detached' });
  });

  test('see alone what their role may change, without a barrier, dark and wide, light and narrow', async () => {
    const alan = await joined('Alan', 'viewer', phone);
    await alan.context().addCookies([{ name: 'specwright_theme', value: 'light', url: given.deployment.client.url }]);
    await alan.goto('/workers', { waitUntil: 'networkidle' });
    await expect.poll(() => entries(alan)).toEqual(['Three', 'Four']);
    for (const name of ['Stop all', '+ Add worker', /^Move /, /^Remove /, /queue of/]) expect(await button(alan, name).count()).toBe(0);
    await expectClean(alan);
    const ada = await given.signedIn();
    await ada.goto('/workers', { waitUntil: 'networkidle' });
    await button(ada, 'Move Four').waitFor();
    await expectClean(ada);
  });
});

describe('A person who looks at one worker', () => {
  test('sees its attempts as a waterfall, finds what failed, and what went in and came out', async () => {
    const review = [{ verdict: 'needs_fix', summary: 'The sum is wrong.', requestedChanges: ['Add it up again.'] }];
    const spec = await given.spec('waterfall', { a: { review }, 'a-fix': { review: [{}, {}] } }, { a: [], b: ['a'] });
    const runId = await given.run(spec);
    const last = await untilRest(given.deployment.client, runId);
    const page = await given.signedIn();
    await page.goto(`/workers/${runId}`);
    const attempts = page.getByTestId('fall-attempt');
    const count = last.items.reduce((sum, item) => sum + item.attempts.length, 0);
    await expect.poll(() => attempts.count()).toBe(count);

    await page.keyboard.press('f');
    const details = page.getByTestId('details');
    await details.getByRole('heading', { name: 'Do a' }).waitFor();
    await details.getByText('Add it up again.').first().waitFor();
    expect(await page.locator('[aria-current=true][data-result=needs_fix]').count()).toBe(1);
    await details.getByRole('region', { name: 'Input' }).getByText('Write the file of a.').waitFor();

    await page.getByTestId('fall-step').filter({ hasText: 'execute' }).first().click();
    await details.getByRole('log').getByText('executor: scripted').waitFor();
    expect(await details.getByTestId('verdict').count()).toBe(0);

    await page.keyboard.press('s');
    await page.keyboard.type('do b');
    await expect.poll(() => page.getByTestId('fall-item').allTextContents()).toEqual([expect.stringContaining('Do b')]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.locator('button[aria-pressed=true]').filter({ hasText: 'Follow' }).waitFor();
    await details.getByRole('heading', { name: 'Do b' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Worker, event log').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectClean(page);
    await page.setViewportSize(phone.viewport);
    await expectClean(page);
  });
});
