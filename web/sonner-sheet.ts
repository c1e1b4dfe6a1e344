import type { Plugin } from 'vite';

/** The toasts' sheet comes with ours (styles.css): an element that a script writes would have no nonce, and the pages' policy refuses it. */
export function sonnerSheet(): Plugin {
  return {
    name: 'sonner-sheet',
    enforce: 'pre',
    transform(code, id) {
      if (!/[\\/]sonner[\\/]dist[\\/]index\.m?js/.test(id)) return;
      if (!code.includes('function __insertCSS(code) {')) throw new Error('sonner writes its sheet in another way now');
      return { code: code.replace('function __insertCSS(code) {', 'function __insertCSS(code) {\n  return;'), map: null };
    },
  };
}
