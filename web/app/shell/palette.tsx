import * as Dialog from '@radix-ui/react-dialog';
import { useNavigate } from '@remix-run/react';
import type { Project, RunSummary } from '@specwright/protocol/api.ts';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { chooseTheme } from '../settings/theme.ts';
import { cx } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';
import { matchEntries, type PaletteEntry } from './palette-match.ts';

interface PaletteProps {
  onClose: () => void;
  onHelp: () => void;
  projects: Project[];
  runs: RunSummary[];
}

/** Jump anywhere, do anything, by a few letters. */
export default function Palette(props: PaletteProps) {
  return (
    <Dialog.Root open onOpenChange={(next) => !next && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-(--veil)" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed left-1/2 top-[12vh] z-50 w-[calc(100vw-24px)] max-w-[600px] -translate-x-1/2 animate-rise overflow-hidden rounded-lg border border-line-strong bg-surface shadow-(--shadow) outline-none"
        >
          <Dialog.Title className="sr-only">Command palette</Dialog.Title>
          <PaletteList {...props} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteList({ onClose, onHelp, projects, runs }: PaletteProps) {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const entries = useMemo(() => makeEntries(projects, runs, navigate, onHelp), [projects, runs, navigate, onHelp]);
  const found = useMemo(() => matchEntries(entries, query).slice(0, 40), [entries, query]);
  useEffect(() => {
    document.getElementById(`palette-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const run = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setActive((active + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[active]);
    }
  };
  return (
    <>
      <div className="flex items-center gap-2 border-b border-line px-4">
        <Icon name="chevron" className="text-accent" />
        <input
          role="combobox"
          aria-label="Jump to a project, spec, run or action"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found.length > 0 ? `palette-${active}` : undefined}
          placeholder="project, spec, run or action…"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="h-12 w-full bg-transparent outline-none placeholder:text-faint"
        />
      </div>
      <div id="palette-list" role="listbox" aria-label="Results" className="max-h-[50vh] overflow-y-auto p-1.5">
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above carries the keys.
          <div
            key={entry.id}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onMouseMove={() => setActive(index)}
            onClick={() => run(entry)}
            className={cx('flex cursor-pointer items-center gap-3 rounded-md px-2.5 py-1.5', index === active && 'bg-accent-soft')}
          >
            <span className="w-16 shrink-0 text-[11.5px] text-faint">{entry.group}</span>
            <span className="truncate">{entry.title}</span>
            <span className="ml-auto shrink-0 text-[12px] text-faint">{entry.detail}</span>
          </div>
        ))}
        {found.length === 0 ? <p className="px-3 py-6 text-center text-muted">Nothing matches “{query}”.</p> : null}
      </div>
    </>
  );
}

function makeEntries(projects: Project[], runs: RunSummary[], navigate: (to: string) => void, onHelp: () => void): PaletteEntry[] {
  const specs = new Map(runs.map((run) => [run.specId, run]));
  const go = (to: string) => () => navigate(to);
  return [
    ...projects.map((project) => ({
      id: project.id,
      group: 'project',
      title: project.name,
      detail: project.archivedAt ? 'archived' : '',
      run: go(`/projects/${project.id}`),
    })),
    ...[...specs.values()].map((run) => ({
      id: run.specId,
      group: 'spec',
      title: run.specTitle,
      detail: '',
      run: go(`/specs/${run.specId}`),
    })),
    ...runs.map((run) => ({ id: run.id, group: 'run', title: run.specTitle, detail: run.status, run: go(`/runs/${run.id}`) })),
    { id: 'new', group: 'action', title: 'Create a project', detail: '', run: go('/?create=1') },
    { id: 'dashboard', group: 'go', title: 'Dashboard', detail: 'g d', run: go('/') },
    { id: 'machines', group: 'go', title: 'Machines', detail: 'g m', run: go('/runners') },
    { id: 'settings', group: 'go', title: 'Settings', detail: 'g s', run: go('/settings') },
    { id: 'help', group: 'action', title: 'Keyboard help', detail: '?', run: onHelp },
    ...(['dark', 'light', 'system'] as const).map((theme) => ({
      id: `theme-${theme}`,
      group: 'action',
      title: `Theme: ${theme}`,
      detail: '',
      run: () => chooseTheme(theme),
    })),
  ];
}
