import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenBrowser } from './support/browser-given.ts';
import { dragBeyond } from './support/drag.ts';

const given = givenBrowser('editing');

const row = (page: Page, key: string) => page.getByTestId('chunk').filter({ hasText: `Do ${key}` });
const handle = (page: Page, key: string) => page.getByRole('button', { name: `Move Do ${key}` });

async function orderOf(page: Page): Promise<string[]> {
  await page.getByTestId('chunk').first().waitFor();
  const texts = await page.getByTestId('chunk').allTextContents();
  return texts.map((text) => /Do (\w)/.exec(text)?.[1] ?? '?');
}

/** Does what orders the chunks; the page shows the order at once, and again when it is read anew. */
async function reorder(page: Page, act: () => Promise<void>, order: string[]): Promise<void> {
  const saved = page.waitForResponse((response) => response.request().method() === 'POST');
  await act();
  await expect.poll(() => orderOf(page)).toEqual(order);
  expect((await saved).ok()).toBe(true);
  await page.reload();
  expect(await orderOf(page)).toEqual(order);
}

async function carryDown(page: Page, key: string): Promise<void> {
  await handle(page, key).focus();
  await page.keyboard.press('Space');
  // Said once the places are measured; the word before it ("Carrying …") comes when arrows are not heard yet.
  await page.getByText(`Do ${key}, place 1 of 3`, { exact: true }).waitFor({ state: 'attached' });
  await page.keyboard.press('ArrowDown');
  await page.getByText(`Do ${key}, place 2 of 3`, { exact: true }).waitFor({ state: 'attached' });
  await page.keyboard.press('Space');
}

describe('A person who writes a spec can', () => {
  test('order its chunks by drag and by keys, and finds the order again', async () => {
    const spec = await given.spec('order', {}, { a: [], b: [], c: [] });
    const page = await given.signedIn();
    await page.goto(spec.address);
    expect(await orderOf(page)).toEqual(['a', 'b', 'c']);
    await reorder(page, () => dragBeyond(page, handle(page, 'a'), handle(page, 'c'), 'below'), ['b', 'c', 'a']);
    await reorder(page, () => handle(page, 'a').press('Alt+ArrowUp'), ['b', 'a', 'c']);
    await reorder(page, () => carryDown(page, 'b'), ['a', 'b', 'c']);
  });

  test('edit a chunk; a circle of dependencies is refused and named', async () => {
    const spec = await given.spec('edit', {}, { a: [], b: ['a'] });
    const page = await given.signedIn();
    await page.goto(spec.address);
    await row(page, 'a').getByRole('button', { name: /Edit/ }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('Title').fill('Do a well');
    await drawer.getByLabel('Description').fill('With care.');
    await drawer.getByRole('checkbox', { name: 'b' }).check();
    await drawer.getByRole('button', { name: 'Save chunk' }).click();
    expect(await drawer.getByRole('alert').textContent()).toMatch(/a → b → a|b → a → b/);
    await drawer.getByRole('checkbox', { name: 'b' }).uncheck();
    await drawer.getByRole('button', { name: 'Save chunk' }).click();
    await drawer.waitFor({ state: 'detached' });
    await page.reload();
    await row(page, 'a').getByText('Do a well').click();
    expect(await drawer.getByLabel('Description').inputValue()).toBe('With care.');
  });

  test('delete a chunk only after a second word', async () => {
    const spec = await given.spec('delete', {}, { a: [], b: ['a'] });
    const page = await given.signedIn();
    await page.goto(spec.address);
    const askToDelete = async () => {
      await page.getByRole('button', { name: 'Actions for Do a' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
    };
    await askToDelete();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await orderOf(page)).toEqual(['a', 'b']);
    await askToDelete();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete chunk' }).click();
    await expect.poll(() => orderOf(page)).toEqual(['b']);
    await page.reload();
    expect(await orderOf(page)).toEqual(['b']);
  });

  test('not lose a text by leaving the page', async () => {
    const spec = await given.spec('leave', {}, { a: [] });
    const page = await given.signedIn();
    await page.goto(spec.address);
    const text = page.getByLabel('Text (Markdown)');
    const edit = page.getByRole('button', { name: 'Edit', exact: true });
    await edit.click();
    await text.fill('Half a thought');
    const leave = () => page.getByRole('link', { name: 'Test', exact: true }).click();
    await leave();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Stay' }).click();
    expect(await text.inputValue()).toBe('Half a thought');
    await leave();
    await dialog.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Specs' }).waitFor();
    await page.goto(spec.address);
    await page.getByText('An unsaved draft was found').waitFor();
    expect(await text.inputValue()).toBe('Half a thought');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await text.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Half a thought').waitFor();
  });

  test('not lose a text by closing the tab: the browser asks first, and the draft is there again', async () => {
    const spec = await given.spec('close', {}, { a: [] });
    const page = await given.signedIn();
    await page.goto(spec.address);
    const open = async (its: Page) => its.getByRole('button', { name: 'Edit', exact: true }).click();
    const close = async () => {
      const asked = page.waitForEvent('dialog');
      await page.close({ runBeforeUnload: true });
      return asked;
    };
    await open(page);
    await page.getByLabel('Text (Markdown)').fill('Half a thought');
    const first = await close();
    expect(first.type()).toBe('beforeunload');
    await first.dismiss();
    await page.getByLabel('Text (Markdown)').fill('A whole thought');
    const closed = page.waitForEvent('close');
    await (await close()).accept();
    await closed;
    const next = await page.context().newPage();
    await next.goto(spec.address);
    await next.getByText('An unsaved draft was found').waitFor();
    expect(await next.getByLabel('Text (Markdown)').inputValue()).toBe('A whole thought');
    await next.getByRole('button', { name: 'Discard' }).click();
    await open(next);
    // With nothing unsaved nobody is asked: a dialog would keep the page open.
    const left = next.waitForEvent('close');
    await next.close({ runBeforeUnload: true });
    await left;
  });
});
