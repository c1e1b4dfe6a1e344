import { RemixBrowser } from '@remix-run/react';
import { StrictMode, startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';

// The dialogs' scroll lock writes a sheet: with the page's own nonce, or the policy refuses it.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;

// A page that is left while it is read anew gives up that reading: nothing went wrong.
window.addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof DOMException && event.reason.name === 'AbortError') event.preventDefault();
});

await dataRead();
startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <RemixBrowser />
    </StrictMode>,
  );
});

/**
 * RemixBrowser waits for the page's data by throwing a promise, before its first hook. A key or click in that moment makes React wake the
 * page at once, which cannot wait: it would give the page up ("Root did not complete", React 18). So it is woken when the data is here.
 */
async function dataRead(): Promise<void> {
  try {
    RemixBrowser({});
  } catch (waiting) {
    if (waiting instanceof Promise) await waiting;
  }
}
