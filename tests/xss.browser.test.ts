import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../scripts/run-step.ts';
import { XSS_CORPUS } from '../web/testing/xss-corpus.ts';
import { givenBrowser } from './support/browser-given.ts';
import { freePort } from './support/deployment.ts';

const given = givenBrowser('xss');

/** Pages over made-up data whose every text is the whole corpus; the built pages and their policy are the real ones. */
let server: ChildProcess;
let origin: string;
beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  const file = join(ROOT, 'web', 'testing', 'fixture-server.ts');
  server = spawn(process.execPath, [file, String(port)], {
    env: { ...process.env, SPECWRIGHT_POISON: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((ready) => server.stdout?.once('data', ready));
});
afterAll(() => {
  server.kill();
});

/** Defines what the corpus calls, and notes what the policy stopped. Runs before anything of the page. */
function setTrap(): void {
  const found: string[] = [];
  const trap = (name: string) => () => void found.push(`${name} was called`);
  for (const name of ['xss', 'alert', 'confirm', 'prompt', 'print']) Object.assign(window, { [name]: trap(name) });
  addEventListener('securitypolicyviolation', (event) => found.push(`${event.effectiveDirective} stopped ${event.blockedURI}`));
  Object.assign(window, { found });
}

/** What of the document could run if somebody clicked, and should not be there. */
function dangers(): string[] {
  const own = (node: Element) => Array.from(node.attributes).map((attribute) => ({ node, name: attribute.name, value: attribute.value }));
  const attributes = Array.from(document.querySelectorAll('*')).flatMap(own);
  const handlers = attributes.filter(({ name }) => name.startsWith('on'));
  const addresses = attributes.filter(({ node, name, value }) => {
    if (!/^(href|src|action|formaction|xlink:href|srcdoc|data|poster|ping)$/.test(name)) return false;
    // What is no address leads nowhere.
    return name === 'srcdoc' || (URL.canParse(value, node.baseURI) && !/^https?:$/.test(new URL(value, node.baseURI).protocol));
  });
  const scripts = Array.from(document.scripts).filter(
    (script) => script.nonce === '' && !script.src.startsWith(`${location.origin}/assets/`),
  );
  const frames = Array.from(document.querySelectorAll('iframe, object, embed, base, portal, frame, applet, meta[http-equiv]'));
  return [
    ...[...handlers, ...addresses].map(({ node, name, value }) => `${node.tagName} ${name}=${value.slice(0, 80)}`),
    ...[...scripts, ...frames].map((node) => node.outerHTML.slice(0, 120)),
  ];
}

async function foundOn(page: Page): Promise<string[]> {
  const trapped = await page.evaluate(() => (window as unknown as { found: string[] }).found);
  return [...trapped, ...(await page.evaluate(dangers))];
}

async function poisonedPage(role: string, expected = /Failed to load resource/): Promise<Page> {
  const page = await given.visit({ baseURL: origin }, expected);
  await page.addInitScript(setTrap);
  await page.context().addCookies([{ name: 'fixture_role', value: role, url: origin }]);
  return page;
}

function unfold(): void {
  const folded = document.querySelectorAll<HTMLElement>('[data-testid=run-item] [aria-expanded=false]');
  Array.from(folded).forEach((button) => void button.click());
}

/** Opens a page, opens what is folded on it, moves over it, and looks for what ran. */
async function lookAt(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('html').getByText('onerror=').first().waitFor({ state: 'attached' });
  for (const _level of ['items', 'attempts']) await page.evaluate(unfold);
  await page.mouse.move(300, 300);
  await page.mouse.wheel(0, 2000);
  expect(await foundOn(page), address).toEqual([]);
}

describe(`A corpus of ${XSS_CORPUS.length} attacks`, () => {
  test('is large, and the trap would notice', async () => {
    expect(XSS_CORPUS.length).toBeGreaterThanOrEqual(200);
    const page = await poisonedPage('owner', /Failed to load resource|inline event handler/);
    await page.goto('/settings');
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'javascript:xss()';
      document.body.append(link);
      document.body.insertAdjacentHTML('beforeend', '<img src="/nothing.png" onerror="xss()">');
    });
    await expect
      .poll(() => foundOn(page))
      .toEqual(expect.arrayContaining(['script-src-attr stopped inline', 'A href=javascript:xss()', 'IMG onerror=xss()']));
  });

  test('runs nowhere among projects, specs, people, keys, machines and the audit log', async () => {
    const page = await poisonedPage('owner');
    for (const address of [
      ...['/', '/projects/prj_1', '/specs/spc_live', '/organisation', '/account', '/keys', '/audit', '/settings'],
      ...[
        '/workers',
        '/workers/run_live',
        '/workers/run_failed',
        '/machines',
        '/machines/rnr_3',
        '/machines/add',
        '/device?code=ABCD-EFGH',
      ],
    ])
      await lookAt(page, address);
    for (const address of ['/specs/spc_none', '/machines/rnr_none']) {
      await page.goto(address);
      expect(await foundOn(page), address).toEqual([]);
    }
  });

  test('runs nowhere in a run: the agent’s words, questions, tools, output, diffs, reviews, gates, errors, the log', async () => {
    const page = await poisonedPage('owner');
    for (const run of ['run_live', 'run_failed', 'run_done']) await lookAt(page, `/runs/${run}`);
    for (const phase of ['ph_ask', 'ph_failed', 'ph_gate']) {
      await lookAt(page, `/runs/${phase}`);
      await page.getByTestId('run-item').first().waitFor();
      expect(await foundOn(page), phase).toEqual([]);
    }
    const row = page.getByTestId('event-row').or(page.getByRole('row')).or(page.locator('[data-seq]'));
    expect(await row.count()).toBeGreaterThan(0);
  });

  test('runs nowhere in dialogs, menus, the palette and toasts', async () => {
    const page = await poisonedPage('owner');
    await page.goto('/organisation');
    await page.getByRole('button', { name: /^Account of/ }).click();
    expect(await foundOn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /: change$/ }).click();
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: /^Actions for/ })
      .first()
      .click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-sonner-toast]').waitFor();
    expect(await foundOn(page)).toEqual([]);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    expect(await foundOn(page)).toEqual([]);
  });

  test('runs nowhere in front of the door', async () => {
    const page = await poisonedPage('out');
    await page.goto('/join#abcdefghijklmnopqrstuvwxyz');
    await page.getByRole('button', { name: 'Sign up and join' }).waitFor();
    expect(await foundOn(page)).toEqual([]);
    await page.goto('/sign-in?next=javascript:xss()');
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('a password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').first().waitFor();
    expect(await foundOn(page)).toEqual([]);
  });
});
