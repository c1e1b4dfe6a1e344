import { useNavigate } from '@remix-run/react';
import { useEffect, useRef } from 'react';

const SEQUENCE_MS = 800;
const PLACES: Record<string, string> = { d: '/', w: '/workers', m: '/machines', o: '/organisation', a: '/account', s: '/settings' };

interface Shortcuts {
  onPalette: () => void;
  onHelp: () => void;
}

/** Keys that work on every page: ⌘K or Ctrl+K, `/`, `?`, and `g` then a place. Single keys rest while somebody types. */
export function useShortcuts({ onPalette, onHelp }: Shortcuts): void {
  const navigate = useNavigate();
  const goAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onPalette();
        return;
      }
      if (isTyping(event)) return;
      const place = event.timeStamp - goAt.current < SEQUENCE_MS ? PLACES[event.key] : undefined;
      goAt.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (place) navigate(place);
      else if (event.key === '?') onHelp();
      else if (event.key === '/') {
        event.preventDefault();
        onPalette();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, onPalette, onHelp]);
}

/** True while a key belongs to a field or a dialog, or carries a modifier. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return true;
  const target = event.target as HTMLElement | null;
  return !!target?.closest('input, textarea, select, [contenteditable], [role=dialog]');
}
