import type { Browser } from 'playwright-core';
import { chromium as playwright } from 'playwright-core';

/** Two contexts need processes of their own; and a browser without web security sends no Origin, which the server asks for. */
const LEFT_OUT = new Set(['--single-process', '--disable-web-security']);

/** A Chromium that comes inside an npm package: no browser of the system is needed. */
export async function launchBrowser(): Promise<Browser> {
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
  const { default: chromium } = await import('@sparticuz/chromium');
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((arg) => !LEFT_OUT.has(arg)),
    headless: true,
  });
}
