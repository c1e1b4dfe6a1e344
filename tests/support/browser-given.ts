import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { ROOT } from '../../scripts/run-step.ts';
import { launchBrowser } from './browser.ts';
import { type Deployment, deploy, makeSpec, signInLink, startRun } from './deployment.ts';
import { makeRepository, type Script, specOf, type TestRepository, temporaryFolder } from './repository.ts';

const AXE = readFileSync(join(ROOT, 'web', 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export interface GivenSpec {
  specId: string;
  projectId: string;
  repository: TestRepository;
  /** Its page. */
  address: string;
}

export interface Given {
  readonly deployment: Deployment;
  /** A browser of its own. Whatever its pages report as an error fails the test, unless `expected` matches it. */
  visit(options?: BrowserContextOptions, expected?: RegExp): Promise<Page>;
  /** The same, signed in by a link of its own, on the dashboard. */
  signedIn(options?: BrowserContextOptions, expected?: RegExp): Promise<Page>;
  /** A project on a repository with scripted agents, and a spec in it. */
  spec(name: string, script: Script, chunks: Record<string, string[]>): Promise<GivenSpec>;
  run(spec: GivenSpec): Promise<string>;
}

/** For one test file: a server with its runner, and a Chromium; both are ended after its last test. */
export function givenBrowser(name: string, env: Record<string, string> = {}): Given {
  let deployment: Deployment;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  const errors: string[] = [];
  beforeAll(async () => {
    [deployment, browser] = await Promise.all([deploy(join(temporaryFolder(name), 'data'), { env }), launchBrowser()]);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await deployment?.stop();
  });
  const visit = async (options: BrowserContextOptions = {}, expected = /^$/) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, baseURL: deployment.client.url, ...options });
    const page = await context.newPage();
    const note = (text: string) => !expected.test(text) && errors.push(text);
    page.on('pageerror', (error) => note(String(error)));
    page.on('console', (message) => message.type() === 'error' && note(message.text()));
    const goto = page.goto.bind(page);
    page.goto = async (url, how) => {
      const response = await goto(url, how);
      if (how?.waitUntil !== 'commit') await page.waitForFunction(isAwake);
      return response;
    };
    return page;
  };
  return {
    get deployment() {
      return deployment;
    },
    visit,
    signedIn: async (options, expected) => {
      const page = await visit(options, expected);
      await page.goto(await signInLink(deployment.client));
      await page.getByRole('heading', { name: 'Projects' }).waitFor();
      return page;
    },
    spec: async (specName, script, chunks) => {
      const repository = makeRepository(temporaryFolder(specName), script);
      const { id, projectId } = await makeSpec(deployment.client, repository.path, specOf(specName, chunks));
      return { specId: id, projectId, repository, address: `/specs/${id}` };
    },
    run: (spec) => startRun(deployment.client, spec.specId),
  };
}

/** Says whether every button that came with the page is heard by its scripts: a person's hand is slower than they are, a test's is not. */
function isAwake(): boolean {
  return Array.from(document.querySelectorAll('button')).every((button) =>
    Object.keys(button).some((key) => key.startsWith('__reactProps')),
  );
}

/** What axe finds against WCAG 2.2 A and AA on the page as it stands. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  await settled(page);
  return page.evaluate(async (runOnly) => {
    type Found = { violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] };
    const { axe } = globalThis as unknown as { axe: { run(root: unknown, options: unknown): Promise<Found> } };
    const found = await axe.run(document, { runOnly });
    return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`));
  }, WCAG);
}

/** What fades in or out has done so: a text that is half there has no contrast. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ends = (one: Animation) => one.playState === 'running' && Number.isFinite(one.effect?.getComputedTiming().endTime);
    const passing = () => document.getAnimations().filter(ends);
    for (let left = passing(); left.length > 0; left = passing()) await Promise.allSettled(left.map((one) => one.finished));
  });
}
