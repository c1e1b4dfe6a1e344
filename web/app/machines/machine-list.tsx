import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { useMay } from '../shell/me.ts';
import { ButtonLink } from '../ui/button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Empty } from '../ui/surface.tsx';
import { useRefresh } from '../ui/use-refresh.ts';
import { MachineCard } from './machine-card.tsx';

/** How often the list is read again while it is looked at. */
const LIVE_MS = 4000;

/** The machines that run the agents: what each one is doing, has, and when it was last heard. */
export function MachineList({ machines }: { machines: RunnerInfo[] }) {
  useRefresh(LIVE_MS);
  const mayAdd = useMay('member');
  const add = mayAdd ? (
    <ButtonLink kind="primary" to="/machines/add">
      + Add machine
    </ButtonLink>
  ) : null;
  const order = { busy: 0, online: 1, draining: 2, paused: 3, offline: 4 };
  const sorted = [...machines].sort((a, b) => (order[a.status] ?? 5) - (order[b.status] ?? 5) || a.name.localeCompare(b.name));
  return (
    <main>
      <PageHead title="Machines" lead="Agents, git and checks run on these. Source code and model keys never leave them.">
        {machines.length > 0 ? add : null}
      </PageHead>
      <div className="mt-4">
        {machines.length === 0 ? (
          <div className="rounded-lg border border-dashed border-line-strong bg-surface">
            <Empty title="No machine yet" action={add}>
              Runs wait until a machine is there. Two commands add one; it shows up here within seconds.
            </Empty>
          </div>
        ) : (
          <ul aria-label="Machines" className="grid grid-cols-1 items-start gap-3 lg:grid-cols-2">
            {sorted.map((machine) => (
              <MachineCard key={machine.id} machine={machine} />
            ))}
          </ul>
        )}
      </div>
    </main>
  );
}
