import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { bodyOf } from '../runner/testing/callers-that-die.ts';
import { givenBrowser } from './support/browser-given.ts';

const provider = await startProvider();
afterAll(provider.close);
const given = givenBrowser('letters', { SPECWRIGHT_SERVER_MAIL_URL: provider.url, SPECWRIGHT_SERVER_SIGN_UP: 'open' });

const [FIRST, SECOND] = ['a long enough password', 'another long password'];
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const dialog = (page: Page) => page.getByRole('dialog');

/** A provider of mail that keeps its letters. */
async function startProvider() {
  const letters: { to: string[]; subject: string; text: string }[] = [];
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    if (text === null) return;
    letters.push(JSON.parse(text));
    response.end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/emails`,
    /** The link of the newest letter to this address about this. */
    async link(to: string, subject: RegExp): Promise<string> {
      const found = () => letters.findLast((letter) => letter.to.includes(to) && subject.test(letter.subject));
      await expect.poll(found, { timeout: 10_000 }).toBeDefined();
      return /http\S+#\S+/.exec(found()?.text ?? '')?.[0] ?? '';
    },
    close: () => void server.close(),
  };
}

async function signedUp(name: string, page: Page): Promise<Page> {
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill(`${name}@example.com`);
  await page.getByLabel('Password', { exact: true }).fill(FIRST);
  await button(page, 'Sign up').click();
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
  await page.goto(await provider.link(`${name}@example.com`, /Confirm/));
  await page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor();
  return page;
}

test('People confirm their address, get a new password by letter, and each link works once', async () => {
  const vera = await signedUp('vera', await given.visit());
  const late = await given.visit();
  await late.goto(await provider.link('vera@example.com', /Confirm/));
  await late.getByText('Your address is confirmed. Sign in.').waitFor();

  await late.getByRole('link', { name: 'Forgot the password?' }).click();
  await late.getByRole('heading', { name: 'A new password' }).waitFor();
  await late.getByLabel('E-mail').fill('vera@example.com');
  await button(late, 'Send a link').click();
  await late.getByText('a link is on its way').waitFor();
  const reset = await provider.link('vera@example.com', /new password/);
  await late.goto(reset);
  await late.getByLabel('New password').fill(SECOND);
  await button(late, 'Set password').click();
  await late.getByText('Your password is changed.').waitFor();
  await late.getByLabel('E-mail').fill('vera@example.com');
  await late.getByLabel('Password', { exact: true }).fill(SECOND);
  await button(late, 'Sign in').click();
  await late.getByRole('heading', { name: 'Welcome, vera' }).waitFor();

  // What was open under the old password is closed, and the link is spent.
  await vera.goto('/');
  await vera.waitForURL('**/sign-in*');
  await vera.goto(reset);
  await vera.getByLabel('New password').fill('a third long password');
  await button(vera, 'Set password').click();
  await vera.getByRole('alert').filter({ hasText: 'used already' }).waitFor();
  await vera.getByRole('link', { name: 'Ask for a new link' }).click();
  await vera.waitForURL('**/forgot');
});

test('An owner makes a service key, lets a machine in with labels, hands the organisation over, leaves; the next one deletes it', async () => {
  const olga = await signedUp('olga', await given.visit());
  await olga.getByLabel('Name of the organisation').fill('Compilers');
  await button(olga, 'Create organisation').click();
  await button(olga, /^Organisation Compilers/).waitFor();

  await olga.goto('/keys');
  await button(olga, '+ Create key').first().click();
  await olga.getByLabel('Name').fill('Deploy bot');
  await olga.getByRole('checkbox', { name: /^run/ }).check();
  // A viewer's key cannot hold what was chosen before.
  await olga.getByLabel('Role').selectOption('viewer');
  await button(olga, 'Create key').click();
  const key = await olga.getByLabel('The key', { exact: true }).inputValue();
  await button(olga, 'I have kept it').click();
  const { url } = given.deployment.client;
  const asService = () => fetch(`${url}/api/projects`, { headers: { authorization: `Bearer ${key}` } });
  expect((await asService()).status).toBe(200);
  await button(olga, 'Revoke Deploy bot').click();
  await button(olga, 'Revoke key').click();
  await olga.getByTestId('api-key').waitFor({ state: 'detached' });
  expect((await asService()).status).toBe(401);

  const asked = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const ask = (path: string, body: object) => fetch(`${url}/api/auth/device/${path}`, { ...asked, body: JSON.stringify(body) });
  const request = await ask('code', { client_id: 'specwright-runner', scope: 'runner box' });
  const { device_code, user_code } = (await request.json()) as Record<string, string>;
  await olga.goto(`/device?code=${user_code}`);
  await olga.getByLabel(/^Labels/).fill('GPU, linux');
  await button(olga, 'Approve').click();
  await olga.getByText('box is let in to Compilers.').waitFor();
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const token = await ask('token', { client_id: 'specwright-runner', device_code, grant_type });
  expect(await token.json()).toMatchObject({ scope: expect.stringMatching(/^runner box labels:gpu,linux organisation:\S+$/) });

  await olga.goto('/organisation');
  await button(olga, '+ Invite').click();
  await olga.getByLabel('E-mail (optional)').fill('lea@example.com');
  await button(olga, 'Create invitation').click();
  const lea = await given.visit();
  await lea.goto(await provider.link('lea@example.com', /invites you/));
  await lea.getByLabel('Your name').fill('Lea');
  await lea.getByLabel('E-mail').fill('lea@example.com');
  await lea.getByLabel('Password', { exact: true }).fill(FIRST);
  await button(lea, 'Sign up and join').click();
  await lea.getByRole('heading', { name: 'Projects' }).waitFor();

  await olga.goto('/organisation');
  await button(olga, 'Actions for Lea').click();
  await olga.getByRole('menuitem', { name: 'Make owner' }).click();
  expect(await button(olga, 'Transfer ownership').isDisabled()).toBe(true);
  await dialog(olga).getByRole('textbox').fill('Lea');
  await button(olga, 'Transfer ownership').click();
  await olga.getByText('Lea is the owner now').waitFor();
  await button(olga, 'Leave').click();
  await dialog(olga).getByRole('button', { name: 'Leave' }).click();
  await olga.getByRole('heading', { name: 'Welcome, olga' }).waitFor();

  await lea.goto('/organisation');
  await button(lea, 'Delete organisation').click();
  await dialog(lea).getByRole('textbox').fill('Compilers');
  await dialog(lea).getByRole('button', { name: 'Delete organisation' }).click();
  await lea.getByRole('heading', { name: 'Welcome, Lea' }).waitFor();
});
