/** For these React wakes the page at once, whatever it waits for: its own list. */
const URGENT = [
  ...['auxclick', 'change', 'click', 'compositionend', 'compositionstart', 'contextmenu', 'copy', 'cut', 'dblclick', 'dragend'],
  ...['dragstart', 'drop', 'input', 'keydown', 'keypress', 'keyup', 'mousedown', 'mouseup', 'paste', 'pointercancel', 'pointerdown'],
  ...['pointerup', 'reset', 'submit', 'touchcancel', 'touchend', 'touchstart'],
];

/**
 * Keeps keys and clicks from React while the page is being woken, until the answer is called. Remix waits for its data then, and to be
 * woken at once in that moment ends the page ("Root did not complete", React 18). What the browser does by itself with them it does: links
 * lead on, text is typed.
 */
export function holdEvents(): () => void {
  const hold = (event: Event) => event.stopImmediatePropagation();
  for (const name of URGENT) window.addEventListener(name, hold, true);
  return () => {
    for (const name of URGENT) window.removeEventListener(name, hold, true);
  };
}
