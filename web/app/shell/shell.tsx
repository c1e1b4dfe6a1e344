import { Link, NavLink, Outlet, useNavigation } from '@remix-run/react';
import type { Me, Project, RunSummary } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import type { WorkersPage } from '@specwright/protocol/workers-api.ts';
import { lazy, Suspense, useState } from 'react';
import { SlotsContext, useWorkers } from '../live/use-workers.ts';
import { activeOf } from '../live/workers-state.ts';
import { cx } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';
import { useRefresh } from '../ui/use-refresh.ts';
import { AccountMenu } from './account-menu.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { OrganisationSwitcher } from './organisation-switcher.tsx';
import { Toasts } from './toasts.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const Palette = lazy(() => import('./palette.tsx'));

export interface ShellData {
  me: Me;
  projects: Project[];
  runs: RunSummary[];
  runners: RunnerInfo[];
  /** How many are at work; of the workers themselves nothing. */
  slots: WorkersPage;
}

/** The frame of every page behind the sign-in: top bar, palette, help, toasts. */
export function Shell({ me, projects, runs, runners, slots: page }: ShellData) {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  useShortcuts({ onPalette: () => setPalette(true), onHelp: () => setHelp(true) });
  useRefresh(15_000);
  const slots = useWorkers({ page, queue: null, ownId: me.user.id });
  return (
    <SlotsContext.Provider value={slots}>
      <a href="#content" className="sr-only focus:not-sr-only focus:fixed focus:left-3 focus:top-3 focus:z-50 focus:bg-surface focus:p-2">
        Skip to content
      </a>
      <Progress />
      <header className="sticky top-0 z-30 border-b border-line bg-bg">
        <div className="mx-auto flex h-12 max-w-[1360px] items-center gap-1 px-2 sm:gap-4 sm:px-5">
          <Link to="/" className="flex items-center gap-2 font-semibold tracking-tight" aria-label="Specwright, dashboard">
            <Icon name="prompt" className="size-4 text-accent" />
            <span className="max-sm:hidden">specwright</span>
          </Link>
          <nav aria-label="Main" className="flex items-center gap-0.5 sm:gap-1">
            <Tab to="/" label="Projects" />
            <Tab to="/workers" label="Workers" count={activeOf(slots)} />
            <Tab to="/machines" label="Machines" dot={runners.some((runner) => runner.online)} />
            <Tab to="/organisation" label="People" />
          </nav>
          <div className="ml-auto flex items-center gap-1 sm:gap-2">
            <button
              type="button"
              onClick={() => setPalette(true)}
              className="flex h-8 min-w-8 items-center justify-center gap-3 rounded-md border border-line bg-surface text-muted hover:border-line-strong hover:text-ink sm:px-2.5"
            >
              <span className="max-lg:sr-only">Jump to…</span>
              <Icon name="chevron" className="sm:hidden" />
              <kbd className="text-[11px] text-faint max-sm:hidden">Ctrl K</kbd>
            </button>
            <button
              type="button"
              onClick={() => setHelp(true)}
              aria-label="Keyboard help"
              className="hidden size-8 place-items-center rounded-md border border-line bg-surface text-muted hover:border-line-strong hover:text-ink md:grid"
            >
              ?
            </button>
            <OrganisationSwitcher me={me} />
            <AccountMenu me={me} />
          </div>
        </div>
      </header>
      <div id="content" className="mx-auto max-w-[1360px] px-3 pb-24 pt-5 sm:px-5">
        <Outlet />
      </div>
      {palette ? (
        <Suspense fallback={null}>
          <Palette onClose={() => setPalette(false)} onHelp={() => setHelp(true)} projects={projects} runs={runs} me={me} />
        </Suspense>
      ) : null}
      <KeyboardHelp open={help} onClose={() => setHelp(false)} user={me.user.name} build={me.build} />
      <Toasts />
    </SlotsContext.Provider>
  );
}

function Tab({ to, label, dot, count = 0 }: { to: string; label: string; dot?: boolean; count?: number }) {
  return (
    <NavLink
      to={to}
      end={to === '/'}
      className={({ isActive }) =>
        cx(
          'flex h-8 items-center gap-1 rounded-md px-1 text-[12px] transition-colors sm:gap-1.5 sm:px-2.5 sm:text-[1rem]',
          isActive ? 'bg-raised text-ink' : 'text-muted hover:text-ink',
        )
      }
    >
      {label}
      {count > 0 ? (
        <span data-testid="workers-active" className="rounded bg-accent-soft px-1 text-[11.5px] leading-[18px] tabular-nums text-accent">
          {count}
          <span className="sr-only"> active</span>
        </span>
      ) : null}
      {dot === undefined ? null : (
        <span
          title={dot ? 'a machine is online' : 'no machine is online'}
          className={cx('size-1.5 rounded-full', dot ? 'bg-accent' : 'bg-bad')}
        >
          <span className="sr-only">{dot ? '(online)' : '(offline)'}</span>
        </span>
      )}
    </NavLink>
  );
}

/** A hairline while the next page loads. */
function Progress() {
  const busy = useNavigation().state !== 'idle';
  return (
    <div role="status" className="fixed inset-x-0 top-0 z-50 h-0.5">
      {busy ? (
        <div className="h-full animate-shimmer bg-[linear-gradient(90deg,transparent,var(--accent),transparent)] bg-[length:200%_100%]">
          <span className="sr-only">Loading…</span>
        </div>
      ) : null}
    </div>
  );
}
