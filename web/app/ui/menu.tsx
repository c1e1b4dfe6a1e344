import { Fragment, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';

export interface MenuItem {
  label: string;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** One of several of which one is chosen. */
  chosen?: boolean;
  /** A line above it. */
  apart?: boolean;
  /** What most people open the menu for. */
  primary?: boolean;
  /** Stands above it: the name of a group that begins here. */
  group?: string;
}

interface MenuProps {
  label: string;
  items: MenuItem[];
  children?: ReactNode;
  /** Stands above the entries. */
  heading?: ReactNode;
  /** On the button. */
  className?: string;
  /** For entries that are only known when somebody looks. */
  onOpen?: () => void;
}

/** Pixels that stay free beside it. */
const EDGE = 8;
const ENTRIES = '[role^=menuitem]:not(:disabled)';

/** A button that opens a short list of actions. Arrows move, Escape closes, focus goes back to the button. */
export function Menu({ label, items, children, heading, className, onOpen }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useOnPage(list, open, items.length);
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>(ENTRIES)?.focus();
    const onPointer = (event: PointerEvent) => !root.current?.contains(event.target as Node) && setOpen(false);
    window.addEventListener('pointerdown', onPointer);
    return () => window.removeEventListener('pointerdown', onPointer);
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that bubble up from the button and its entries.
    <div
      ref={root}
      className="relative"
      onKeyDown={(event) => {
        if (!open) return;
        if (event.key === 'Escape') close();
        else if (event.key === 'Tab') setOpen(false);
        else moveFocus(event.key, root.current) && event.preventDefault();
      }}
    >
      <button
        ref={button}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => {
          if (!open) onOpen?.();
          setOpen(!open);
        }}
        className={cx(
          'inline-flex h-8 min-w-8 items-center justify-center rounded-md px-2 text-muted hover:bg-raised hover:text-ink',
          className,
        )}
      >
        {children ?? <Icon name="more" className="size-4" />}
      </button>
      {open ? (
        <div
          ref={list}
          role="menu"
          aria-label={label}
          className="absolute right-0 z-20 mt-1 max-h-[70vh] w-max min-w-44 max-w-[min(320px,calc(100vw-24px))] animate-rise overflow-y-auto rounded-md border border-line-strong bg-raised p-1 shadow-(--shadow)"
        >
          {heading ? (
            <div role="presentation" className="border-b border-line px-2.5 pb-2 pt-1.5">
              {heading}
            </div>
          ) : null}
          {items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two organisations may have one name.
            <Fragment key={`${index} ${item.label}`}>
              {item.group ? (
                <p
                  role="presentation"
                  className="mt-1 border-t border-line px-2.5 pb-0.5 pt-2 text-[11px] uppercase tracking-[0.08em] text-faint"
                >
                  {item.group}
                </p>
              ) : null}
              <Entry
                item={item}
                onSelect={() => {
                  close();
                  item.onSelect();
                }}
              />
            </Fragment>
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** It hangs from its button's right end: near the page's left edge it is moved until all of it can be read. */
function useOnPage(list: RefObject<HTMLDivElement>, open: boolean, entries: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: entries that come later make it wider.
  useEffect(() => {
    if (!open || !list.current) return;
    list.current.style.marginRight = '';
    const { left } = list.current.getBoundingClientRect();
    if (left < EDGE) list.current.style.marginRight = `${left - EDGE}px`;
  }, [list, open, entries]);
}

function Entry({ item, onSelect }: { item: MenuItem; onSelect: () => void }) {
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it stands with the role that carries it.
    <button
      type="button"
      role={item.chosen === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={item.chosen}
      disabled={item.disabled}
      onClick={onSelect}
      className={cx(
        'block w-full rounded px-2.5 py-1.5 text-left focus-visible:bg-surface disabled:opacity-50',
        item.primary
          ? 'mb-1 bg-accent-soft font-semibold text-accent hover:bg-accent hover:text-on-accent focus-visible:bg-accent focus-visible:text-on-accent'
          : 'hover:bg-surface',
        item.danger ? 'text-bad' : !item.primary && 'text-ink',
        item.chosen !== undefined && 'flex items-center gap-2',
        item.apart && 'relative mt-2.5 before:absolute before:inset-x-0 before:-top-1.5 before:border-t before:border-line',
      )}
    >
      {item.chosen === undefined ? null : <Icon name="check" className={item.chosen ? 'text-accent' : 'invisible'} />}
      <span className={item.disabled ? 'block' : 'block truncate'}>{item.label}</span>
    </button>
  );
}

/** Moves focus among the entries; true where the key was an arrow, Home or End. */
function moveFocus(key: string, root: HTMLElement | null): boolean {
  const entries = [...(root?.querySelectorAll<HTMLElement>(ENTRIES) ?? [])];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[key];
  if (next === undefined) return false;
  entries[next % entries.length]?.focus();
  return true;
}
