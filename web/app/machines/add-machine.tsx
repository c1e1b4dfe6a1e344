import { Link } from '@remix-run/react';
import type { RegistrationToken, RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { type ReactNode, useRef } from 'react';
import { useMay } from '../shell/me.ts';
import { Spinner } from '../ui/button.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Panel } from '../ui/surface.tsx';
import { useRefresh } from '../ui/use-refresh.ts';
import { TokenPanel } from './token-panel.tsx';

/** How often the page looks whether the machine has come. */
const LOOK_MS = 2500;

interface AddMachineProps {
  machines: RunnerInfo[];
  tokens: RegistrationToken[] | null;
  /** Where this server answers. */
  origin: string;
}

/** Two ways to add a machine, and the machine itself as soon as it comes. */
export function AddMachine({ machines, tokens, origin }: AddMachineProps) {
  useRefresh(LOOK_MS);
  const admin = useMay('admin');
  return (
    <main className="mx-auto grid max-w-[860px] grid-cols-1 gap-4">
      <header>
        <nav aria-label="Breadcrumb" className="mb-1 text-[12px] text-faint">
          <Link to="/machines" className="hover:text-ink">
            machines
          </Link>
        </nav>
        <h1 className="text-[20px] font-semibold tracking-tight">Add a machine</h1>
        <p className="mt-1 text-muted">
          It needs Node.js 20 or newer, git, and the agents that you use. It only calls out: no port is opened.
        </p>
      </header>
      <Arrivals machines={machines} />
      <Panel id="way-person" title="A machine that you sit at">
        <ol className="grid grid-cols-1 gap-4">
          <Step number={1} what="Sign it in. It shows a code and opens this site, where you approve it:">
            <CommandLine command={`npx specwright runner login --server ${origin}`} />
          </Step>
          <Step number={2} what="Allow it a repository, in its folder:">
            <CommandLine command="npx specwright runner link ." />
          </Step>
          <Step number={3} what="Start it here, or as a service that starts with the machine:">
            <CommandLine command="npx specwright runner start" />
            <CommandLine command="npx specwright runner install" />
          </Step>
        </ol>
        <p className="mt-4 text-[12px] text-faint">It is yours: it works for runs that you start, until you share it on its page.</p>
      </Panel>
      {admin ? (
        <TokenPanel tokens={tokens} origin={origin} />
      ) : (
        <p className="text-muted">For a machine without a person, ask an admin for a registration token.</p>
      )}
    </main>
  );
}

function Step({ number, what, children }: { number: number; what: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[1.6em_minmax(0,1fr)] gap-x-2">
      <span aria-hidden="true" className="text-accent">
        {number}.
      </span>
      <div className="grid grid-cols-1 gap-2">
        <p>{what}</p>
        {children}
      </div>
    </li>
  );
}

/** Machines that came, or came back, while this page is open. */
function Arrivals({ machines }: { machines: RunnerInfo[] }) {
  const before = useRef(new Set(machines.filter((machine) => machine.online).map((machine) => machine.id)));
  const arrived = machines.filter((machine) => machine.online && !before.current.has(machine.id));
  return (
    <div role="status" data-testid="arrivals" className="rounded-md border border-line bg-surface px-4 py-3">
      {arrived.length === 0 ? (
        <p className="flex items-center gap-2 text-muted">
          <Spinner /> Waiting for the machine… it shows up here by itself.
        </p>
      ) : (
        <ul className="grid grid-cols-1 gap-2">
          {arrived.map((machine) => (
            <li key={machine.id} className="flex flex-wrap items-center gap-2">
              <StatusBadge status={machine.status} />
              <Link to={`/machines/${machine.id}`} className="break-words text-accent underline underline-offset-2">
                {machine.name}
              </Link>
              <span className="text-[12px] text-faint">
                {machine.found
                  .filter((tool) => tool.ok && tool.version)
                  .map((tool) => `${tool.name} ${tool.version}`)
                  .join(', ')}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
