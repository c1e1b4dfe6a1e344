import * as Dialog from '@radix-ui/react-dialog';
import { useNavigate } from '@remix-run/react';
import type { Me, Project, RunSummary } from '@specwright/protocol/api.ts';
import type { Role } from '@specwright/protocol/people-api.ts';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { hasSpec } from '../run/has-spec.ts';
import { signOut } from '../settings/sign-out.tsx';
import { chooseTheme } from '../settings/theme.ts';
import { cx } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';
import { isAtLeast } from './me.ts';
import { matchEntries, type PaletteEntry } from './palette-match.ts';

interface PaletteProps {
  onClose: () => void;
  onHelp: () => void;
  projects: Project[];
  runs: RunSummary[];
  me: Me;
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

function PaletteList({ onClose, onHelp, projects, runs, me }: PaletteProps) {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const entries = useMemo(
    () => [...workEntries(projects, runs, navigate), ...placeEntries(me, navigate, onHelp)],
    [projects, runs, me, navigate, onHelp],
  );
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

type Navigate = (to: string) => void;

function workEntries(projects: Project[], runs: RunSummary[], navigate: Navigate): PaletteEntry[] {
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
    ...[...specs.values()].filter(hasSpec).map((run) => ({
      id: run.specId,
      group: 'spec',
      title: run.specTitle,
      detail: '',
      run: go(`/specs/${run.specId}`),
    })),
    ...runs.map((run) => ({ id: run.id, group: 'run', title: run.specTitle, detail: run.status, run: go(`/runs/${run.id}`) })),
  ];
}

/** Pages and actions; what this person's role would be refused is left out. */
function placeEntries(me: Me, navigate: Navigate, onHelp: () => void): PaletteEntry[] {
  const places: [group: string, title: string, detail: string, to: string, least: Role][] = [
    ['action', 'Create a project', '', '/?create=1', 'member'],
    ['go', 'Dashboard', 'g d', '/', 'viewer'],
    ['go', 'Workers', 'g w', '/workers', 'viewer'],
    ['go', 'Machines', 'g m', '/machines', 'viewer'],
    ['action', 'Add a machine', '', '/machines/add', 'member'],
    ['go', 'People of the organisation', 'g o', '/organisation', 'viewer'],
    ['action', 'Invite somebody', '', '/organisation?invite=1', 'admin'],
    ['go', 'Account', 'g a', '/account', 'viewer'],
    ['go', 'API keys', '', '/keys', 'viewer'],
    ['go', 'Audit log', '', '/audit', 'admin'],
    ['go', 'Settings', 'g s', '/settings', 'viewer'],
    ['action', 'New organisation', '', '/welcome', 'viewer'],
  ];
  const allowed = places.filter(([, , , , least]) => isAtLeast(me.role, least));
  return [
    ...allowed.map(([group, title, detail, to]) => ({ id: to, group, title, detail, run: () => navigate(to) })),
    { id: 'help', group: 'action', title: 'Keyboard help', detail: '?', run: onHelp },
    { id: 'sign-out', group: 'action', title: 'Sign out', detail: '', run: () => void signOut() },
    ...(['dark', 'light', 'system'] as const).map((theme) => ({
      id: `theme-${theme}`,
      group: 'action',
      title: `Theme: ${theme}`,
      detail: '',
      run: () => chooseTheme(theme),
    })),
  ];
}
