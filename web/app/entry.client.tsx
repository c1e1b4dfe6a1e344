import { RemixBrowser } from '@remix-run/react';
import { type ReactNode, StrictMode, startTransition, useEffect } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { holdEvents } from './hold-events.ts';

// The dialogs' scroll lock writes a sheet: with the page's own nonce, or the policy refuses it.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;

// A page that is left while it is read anew gives up that reading: nothing went wrong.
window.addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof DOMException && event.reason.name === 'AbortError') event.preventDefault();
});

const release = holdEvents();

/** Its effect is that of the whole page. */
function Awake({ children }: { children: ReactNode }) {
  useEffect(release, []);
  return children;
}

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <Awake>
        <RemixBrowser />
      </Awake>
    </StrictMode>,
  );
});
