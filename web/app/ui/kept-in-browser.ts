type Where = 'localStorage' | 'sessionStorage';

/** What this browser, or this tab, keeps under a key; null where there is nothing to be read, or storage is closed to us. */
export function readKept(where: Where, key: string): unknown {
  try {
    return JSON.parse(window[where].getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** Keeps a value; null forgets it. A full or closed storage is no reason to stop somebody from typing. */
export function keep(where: Where, key: string, value: object | null): void {
  try {
    if (value === null) window[where].removeItem(key);
    else window[where].setItem(key, JSON.stringify(value));
  } catch {}
}

/** The same of an object whose emptiness is nothing worth keeping. */
export function keepUnlessEmpty(where: Where, key: string, value: object): void {
  keep(where, key, Object.keys(value).length === 0 ? null : value);
}
