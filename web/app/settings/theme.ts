export const THEMES = ['dark', 'light', 'system'] as const;
export type Theme = (typeof THEMES)[number];

/** The theme travels in a cookie, so that the first paint already has it. Dark where nothing was chosen. */
export function readTheme(cookies: string): Theme {
  const found = /(?:^|;\s*)specwright_theme=(\w+)/.exec(cookies)?.[1];
  return THEMES.find((theme) => theme === found) ?? 'dark';
}

/** Shows a theme at once and remembers it for a year. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari of today.
  document.cookie = `specwright_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
}
