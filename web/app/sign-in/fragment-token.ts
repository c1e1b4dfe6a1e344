import { useEffect, useState } from 'react';

/**
 * The token in the address's fragment: taken once, then wiped from the address bar and the history. Undefined until the page is
 * awake; null where there is none.
 */
export function useFragmentToken(): string | null | undefined {
  const [token, setToken] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    const take = () => {
      const found = tokenIn(location.hash);
      setToken((now) => found ?? now ?? null);
      if (found) history.replaceState(history.state, '', location.pathname + location.search);
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return token;
}

/** "#abc" and "#token=abc" both carry "abc". */
function tokenIn(hash: string): string | null {
  const text = hash.slice(1);
  return (text.includes('=') ? new URLSearchParams(text).get('token') : decodeURIComponent(text)) || null;
}
