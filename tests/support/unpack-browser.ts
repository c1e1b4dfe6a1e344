import { launchBrowser } from './browser.ts';

/** Before any test file: two that begin at once must not unpack the same browser. */
export default async function unpackBrowser(): Promise<void> {
  await (await launchBrowser()).close();
}
