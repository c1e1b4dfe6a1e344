import { useContext, useEffect } from 'react';
import { NonceContext } from '../server/nonce.ts';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Early {
  /** Fields that were written in or ticked, with what they then held: React's first drawing may take it back. */
  written: Map<Field, string | boolean>;
  /** The last button that was pressed, or form that was sent: who presses again has seen nothing happen. */
  pressed: HTMLElement | null;
  stop(): void;
}

const holder = globalThis as { earlyInput?: Early };

/**
 * Runs before all other scripts, and keeps what nobody would hear yet. Links, and forms that the server itself takes (they have an
 * `action`), work without scripts and are left alone.
 */
const KEEP = `(() => {
  const early = { written: new Map(), pressed: null, stop: () => kinds.forEach((kind) => removeEventListener(kind, keep, true)) };
  const kinds = ['click', 'submit', 'input'];
  function keep(event) {
    const { target, type } = event;
    const isTick = target.matches?.('[type=checkbox], [type=radio]');
    // Chosen files cannot be chosen again by a script, and stay as they are.
    if (type === 'input') return target.type === 'file' || early.written.set(target, isTick ? target.checked : target.value);
    const control = type === 'submit' ? target : target.closest?.('button');
    const form = type === 'submit' ? target : control?.form;
    const isTheServers = form?.hasAttribute('action') && control.type !== 'button';
    const submitFollows = type === 'click' && form && control.type === 'submit';
    if (!control || isTheServers || submitFollows) return;
    event.preventDefault();
    // React may be about to listen: it hears of it once, when it is done again.
    event.stopPropagation();
    early.pressed = control;
  }
  kinds.forEach((kind) => addEventListener(kind, keep, true));
  window.earlyInput = early;
})()`;

/** Keeps what a person writes and presses in the first moments of a page; first in the head. */
export function KeepEarlyInput() {
  const nonce = useContext(NonceContext);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant.
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: KEEP }} />;
}

/** Does it again as soon as it is heard. Belongs to the outermost component, whose effects come after all others. */
export function useEarlyInput(): void {
  useEffect(() => {
    const early = holder.earlyInput;
    if (early === undefined) return;
    delete holder.earlyInput;
    early.stop();
    // Among effects a text that is written would be known only after the press.
    queueMicrotask(() => {
      for (const [field, held] of early.written) {
        if (!field.isConnected) continue;
        if (typeof held === 'string') writeAgain(field, held);
        else tickAgain(field as HTMLInputElement, held);
      }
      if (early.pressed?.isConnected) pressAgain(early.pressed);
    });
  }, []);
}

/** React may believe that the field holds this already, and would not hear of it; so it is told of the contrary first. */
function writeAgain(field: Field, held: string): void {
  const isSelect = field instanceof HTMLSelectElement;
  const caret = isSelect ? null : field.selectionStart;
  field.value = '';
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, held);
  if (!isSelect && caret !== null) field.setSelectionRange(caret, caret);
  field.dispatchEvent(new Event(isSelect ? 'change' : 'input', { bubbles: true }));
}

function tickAgain(box: HTMLInputElement, held: boolean): void {
  box.checked = !held;
  box.click();
}

function pressAgain(control: HTMLElement): void {
  if (control instanceof HTMLFormElement) control.requestSubmit();
  else control.click();
}
