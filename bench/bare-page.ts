import type { Page } from 'playwright-core';

/** A page without any framework that draws each event as a row, and goes on drawing 200 a second; answers ms from data to paint. */
export async function barePage(page: Page, events: number): Promise<number> {
  await page.setContent('<body style="margin:0;font:12px monospace"><div id="log" style="height:640px;overflow:auto"></div>');
  return page.evaluate(
    (count) =>
      new Promise<number>((done) => {
        const log = document.getElementById('log') as HTMLElement;
        const rowOf = (number: number) => {
          const row = document.createElement('div');
          for (const cell of [String(number), new Date().toISOString(), 'tool_called', `edit completed src/file-${number % 97}.ts`]) {
            const span = document.createElement('span');
            span.textContent = cell;
            row.append(span, ' ');
          }
          return row;
        };
        const begun = performance.now();
        for (let number = 0; number < count; number++) log.append(rowOf(number));
        log.scrollTop = log.scrollHeight;
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => done(performance.now() - begun);
          channel.port2.postMessage(null);
        });
        let number = count;
        setInterval(() => {
          for (let i = 0; i < 10; i++) log.append(rowOf(number++));
          log.scrollTop = log.scrollHeight;
        }, 50);
      }),
    events,
  );
}
