import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenBrowser, violations } from './support/browser-given.ts';

const given = givenBrowser('people');

const PASSWORD = 'a long enough password';
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const member = (page: Page, name: string) => page.getByTestId('member').filter({ hasText: name });

/** What the page says beside a secret that it shows once. */
async function secretOn(page: Page, label: string): Promise<string> {
  const field = page.getByLabel(label, { exact: true });
  await field.waitFor();
  const secret = await field.inputValue();
  await button(page, 'I have kept it').click();
  await field.waitFor({ state: 'detached' });
  return secret;
}

async function invitationBy(page: Page, role: string, email = ''): Promise<string> {
  await page.goto('/organisation');
  await button(page, '+ Invite').click();
  await page.getByLabel('E-mail (optional)').fill(email);
  await page.getByRole('radio', { name: role }).check();
  await button(page, 'Create invitation').click();
  return secretOn(page, 'The link');
}

/** A person in a browser of their own who follows an invitation's link and signs up. */
async function signedUpBy(link: string, name: string, options: BrowserContextOptions = {}, expected?: RegExp): Promise<Page> {
  const page = await given.visit(options, expected);
  await page.goto(link);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill(`${name.toLowerCase()}@example.com`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Sign up and join').click();
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  await page.waitForLoadState('networkidle');
  return page;
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await button(page, 'Sign in').click();
}

async function signOut(page: Page): Promise<void> {
  await button(page, /^Account of/).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
}

async function expectClean(page: Page, addresses: string[]): Promise<void> {
  for (const address of addresses) {
    await page.goto(address, { waitUntil: 'networkidle' });
    expect(await violations(page), address).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, address).toBe(0);
  }
}

describe('Three people in two organisations', () => {
  test('invite each other, work by their roles, change places, and find it all in the audit log', async () => {
    const ada = await given.signedIn();
    await given.spec('shared', {}, { a: [] });

    // Grace joins as an admin by a link, makes an organisation of her own, and is in both.
    const grace = await signedUpBy(await invitationBy(ada, 'admin', 'grace@example.com'), 'Grace');
    await grace.goto('/organisation');
    await expect.poll(() => member(grace, 'Grace').getByTestId('role').textContent()).toBe('admin');
    await grace.goto('/welcome');
    await grace.getByLabel('Name of the organisation').fill('Compilers');
    await button(grace, 'Create organisation').click();
    await button(grace, /^Organisation Compilers/).waitFor();
    await grace.goto('/');
    expect(await grace.getByTestId('project-card').count()).toBe(0);

    // Alan joins it as a viewer, and is offered nothing that would be refused.
    const link = await invitationBy(grace, 'viewer');
    expect(link).toContain('/join#');
    const alan = await signedUpBy(link, 'Alan', {}, /status of 40[34]/);
    expect(await button(alan, '+ Create project').count()).toBe(0);
    await alan.goto('/organisation');
    await member(alan, 'Alan').waitFor();
    for (const name of ['Rename', '+ Invite', /^Actions for/]) expect(await button(alan, name).count()).toBe(0);
    await alan.goto('/machines');
    expect(await alan.getByRole('link', { name: '+ Add machine' }).count()).toBe(0);
    await alan.goto('/audit');
    await alan.getByText(/refused this|Not found/).waitFor();

    // The link worked once.
    const late = await given.visit({}, /status of 40/);
    await late.goto(link);
    await late.getByRole('heading', { name: 'This invitation does not open' }).waitFor();

    // Grace makes him a member: he may write now.
    await grace.goto('/organisation');
    await button(grace, 'Actions for Alan').click();
    await grace.getByRole('menuitem', { name: 'Change role' }).click();
    await grace.getByRole('radio', { name: 'member' }).check();
    await button(grace, 'Change role').click();
    await expect.poll(() => member(grace, 'Alan').getByTestId('role').textContent()).toBe('member');
    await alan.goto('/');
    await button(alan, '+ Create project').first().waitFor();

    // She switches to the first organisation, whose project she sees, and what she did stands in the other's log.
    await grace.goto('/audit');
    await grace.getByTestId('audit-entry').filter({ hasText: 'member.role_changed' }).waitFor();
    await grace.getByLabel('What', { exact: true }).selectOption('invitation');
    await button(grace, 'Filter').click();
    await grace.waitForURL('**/audit?*action=invitation*');
    await grace.getByTestId('audit-entry').filter({ hasText: 'invitation' }).first().waitFor();
    expect(await grace.getByTestId('audit-entry').filter({ hasText: 'member.role_changed' }).count()).toBe(0);
    const csv = await grace.request.get('/api/audit.csv');
    expect(csv.headers()['content-type']).toContain('text/csv');
    await button(grace, /^Organisation Compilers/).click();
    await grace.getByRole('menuitemradio').filter({ hasNotText: 'Compilers' }).click();
    await grace.getByTestId('project-card').first().waitFor();

    // Removed, Alan has no organisation left.
    await button(grace, /^Organisation/).click();
    await grace.getByRole('menuitemradio', { name: 'Compilers' }).click();
    await button(grace, /^Organisation Compilers/).waitFor();
    await grace.goto('/organisation');
    await button(grace, 'Actions for Alan').click();
    await grace.getByRole('menuitem', { name: 'Remove' }).click();
    await button(grace, 'Remove').click();
    await member(grace, 'Alan').waitFor({ state: 'detached' });
    await alan.goto('/');
    await alan.getByRole('heading', { name: 'Welcome, Alan' }).waitFor();
  });
});

describe('A project', () => {
  test('that is limited to some members is not there for the others', async () => {
    const ada = await given.signedIn();
    const { projectId } = await given.spec('limited', {}, { a: [] });
    const bea = await signedUpBy(await invitationBy(ada, 'member'), 'Bea', {}, /status of 404/);
    await ada.goto(`/projects/${projectId}`);
    await ada.getByRole('radio', { name: /^Some members/ }).check();
    await button(ada, 'Save access').click();
    await ada.getByText('Access saved').waitFor();
    await bea.goto(`/projects/${projectId}`);
    await bea.getByRole('heading', { name: 'Not found' }).waitFor();
    await ada.getByRole('checkbox', { name: /^Bea/ }).check();
    await button(ada, 'Save access').click();
    await ada.getByText('Access saved').nth(1).waitFor();
    await bea.goto(`/projects/${projectId}`);
    await bea.getByRole('heading', { name: 'Test', exact: true }).waitFor();
    expect(await bea.getByRole('heading', { name: 'Access' }).count()).toBe(0);
  });
});

describe('A person with a password', () => {
  test('is told what is wrong beside the field, signs in, changes it, ends another session, makes and revokes a key', async () => {
    const ada = await given.signedIn();
    const kay = await signedUpBy(await invitationBy(ada, 'member'), 'Kay', {}, /status of 40/);
    await signOut(kay);
    await kay.goto('/keys');
    await kay.waitForURL('**/sign-in?next=%2Fkeys');
    await signIn(kay, 'kay@example.com', 'not the password');
    await kay.getByRole('alert').filter({ hasText: 'is wrong' }).waitFor();
    expect(kay.url()).not.toContain('password');
    await signIn(kay, 'kay@example.com', PASSWORD);
    await kay.waitForURL('**/keys');

    await button(kay, '+ Create key').click();
    await kay.getByLabel('Name').fill('CI');
    await kay.getByRole('checkbox', { name: /^write/ }).check();
    await button(kay, 'Create key').click();
    const secret = await secretOn(kay, 'The key');
    const asKey = () => fetch(`${given.deployment.client.url}/api/projects`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await asKey()).status).toBe(200);
    await button(kay, 'Revoke CI').click();
    await button(kay, 'Revoke key').click();
    await kay.getByTestId('api-key').waitFor({ state: 'detached' });
    expect((await asKey()).status).toBe(401);

    const other = await given.visit();
    await other.goto('/sign-in');
    await signIn(other, 'kay@example.com', PASSWORD);
    await other.getByRole('heading', { name: 'Projects' }).waitFor();
    await kay.goto('/account');
    await button(kay, /^End the session of/)
      .first()
      .click();
    await expect.poll(() => kay.getByTestId('session').count()).toBe(1);
    await other.goto('/');
    await other.waitForURL('**/sign-in');

    await kay.getByLabel('Current password').fill('not the password');
    await kay.getByLabel('New password').fill('another long password');
    await button(kay, 'Change password').click();
    await kay.getByText('This is not your password.').waitFor();
    await kay.getByLabel('Current password').fill(PASSWORD);
    await button(kay, 'Change password').click();
    await kay.getByText('Password changed').waitFor();
    await kay.goto('/account');
    await kay.getByTestId('session').waitFor();
  });
});

describe('The pages about people', () => {
  test('have no violation of WCAG 2.2 A and AA, dark and wide, light and narrow', async () => {
    const ada = await given.signedIn();
    const pages = ['/organisation', '/account', '/keys', '/audit', '/welcome'];
    const doors = ['/sign-in', '/sign-up', '/forgot', '/reset#abcdefghijklmnopqrstuv', '/verify'];
    await expectClean(ada, pages);
    const phone = await given.signedIn({ viewport: { width: 390, height: 844 } });
    await phone.context().addCookies([{ name: 'specwright_theme', value: 'light', url: given.deployment.client.url }]);
    await expectClean(phone, pages);
    const visitor = await given.visit();
    await expectClean(visitor, doors);
    await visitor.goto(await invitationBy(ada, 'member'));
    await button(visitor, 'Sign up and join').waitFor();
    expect(await violations(visitor)).toEqual([]);
  });
});
