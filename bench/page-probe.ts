import type { Page } from 'playwright-core';

/**
 * Watches a page from its very beginning for an element that a person can see (in the document is not enough: it must lie on
 * top, inside the window and not scrolled away); the answer is when the frame that shows it was painted, in ms since the
 * document's navigation began.
 */
export async function paintedWhen(page: Page, selector: string): Promise<() => Promise<number>> {
  await page.addInitScript((wanted) => {
    const isSeen = (element: Element | null) => {
      const box = element?.getBoundingClientRect();
      return box && element?.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
    };
    const look = () => {
      if (!isSeen(document.querySelector(wanted))) return requestAnimationFrame(look);
      // A task queued in the frame's callback runs after that frame is painted.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        (window as unknown as { paintedAt: number }).paintedAt = performance.now();
      };
      return channel.port2.postMessage(null);
    };
    requestAnimationFrame(look);
  }, selector);
  return async () => {
    const seen = await page.waitForFunction(() => (window as unknown as { paintedAt?: number }).paintedAt);
    return Math.max((await seen.jsonValue()) as number, await page.evaluate(firstPaint));
  };
}

/** No frame is seen before the first: what was in the document already may be found earlier. */
async function firstPaint(): Promise<number> {
  const paints = await new Promise<PerformanceEntryList>((done) => {
    new PerformanceObserver((list) => done(list.getEntries())).observe({ type: 'paint', buffered: true });
  });
  return paints.find((entry) => entry.name === 'first-contentful-paint')?.startTime ?? 0;
}

/** When the page's socket says its first word, in ms since the document's navigation began: from then on it is live. */
export async function liveWhen(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
      constructor(url: string | URL) {
        super(url);
        this.addEventListener('message', () => {
          (window as unknown as { liveAt?: number }).liveAt ??= performance.now();
        });
      }
    };
  });
  return async () => {
    const live = await page.waitForFunction(() => (window as unknown as { liveAt?: number }).liveAt);
    return (await live.jsonValue()) as number;
  };
}

/** How long each frame took while so much time went by, in ms. */
export function framesDuring(page: Page, ms: number): Promise<number[]> {
  return page.evaluate(
    (duration) =>
      new Promise<number[]>((done) => {
        const frames: number[] = [];
        const begun = performance.now();
        let before = begun;
        const next = (now: number) => {
          frames.push(now - before);
          before = now;
          if (now - begun > duration) done(frames.slice(5));
          else requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
      }),
    ms,
  );
}
