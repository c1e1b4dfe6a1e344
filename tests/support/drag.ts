import type { Locator, Page } from 'playwright-core';

/** Drags one handle with the mouse just beyond another: below it, or above. */
export async function dragBeyond(page: Page, from: Locator, to: Locator, side: 'below' | 'above'): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  if (!start || !end) throw new Error('the handles are not drawn');
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, side === 'below' ? end.y + end.height : end.y, { steps: 12 });
  await page.mouse.up();
}
