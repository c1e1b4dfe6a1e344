import type { Runner } from '@specwright/protocol/api.ts';
import { plural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Empty } from '../ui/surface.tsx';
import { Ago } from '../ui/time.tsx';

/** The machines that run the agents: what each one has, and when it was last heard. */
export function Machines({ runners }: { runners: Runner[] }) {
  return (
    <main>
      <h1 className="text-[20px] font-semibold tracking-tight">Machines</h1>
      <p className="mb-5 mt-1 text-muted">Agents, git and checks run on these. Source code and model keys never leave them.</p>
      {runners.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line-strong bg-surface">
          <Empty title="No machine has said hello yet">
            <code className="text-accent">npm start</code> starts one beside the server. A new machine shows up here within seconds.
          </Empty>
        </div>
      ) : (
        <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
          {runners.map((runner) => (
            <Machine key={runner.id} runner={runner} />
          ))}
        </ul>
      )}
    </main>
  );
}

function Machine({ runner }: { runner: Runner }) {
  return (
    <li data-testid="machine" className="rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-3">
        <h2 className="text-[15px] font-semibold">{runner.name}</h2>
        <StatusBadge status={runner.online ? 'online' : 'offline'} />
      </header>
      <p className="px-4 pt-3 text-[12px] text-faint">
        {runner.version ? `runner ${runner.version} · ` : ''}
        {plural(runner.slots, 'run')} at once
        {runner.online || runner.lastSeenAt === null ? null : (
          <>
            {' '}
            · last seen <Ago at={runner.lastSeenAt} />
          </>
        )}
      </p>
      <table className="m-4 mt-2 w-[calc(100%-2rem)] border-collapse">
        <caption className="sr-only">What was found on {runner.name}</caption>
        <tbody>
          {runner.found.map((tool) => (
            <tr key={tool.name} className="border-t border-line align-top first:border-t-0">
              <th scope="row" className="whitespace-nowrap py-1.5 pr-4 text-left font-normal">
                <Icon name={tool.ok ? 'check' : 'minus'} className={tool.ok ? 'mr-2 text-accent' : 'mr-2 text-warn'} />
                {tool.name}
                <span className="sr-only">{tool.ok ? ' found' : ' not found'}</span>
              </th>
              <td className="whitespace-nowrap py-1.5 pr-3 text-muted">{tool.version}</td>
              <td className="w-full break-words py-1.5 text-[12px] text-faint">{tool.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {runner.online ? null : (
        <p className="border-t border-line px-4 py-3 text-[12px] text-muted">
          To bring it back: <code className="text-accent">npm start</code> on that machine. Its runs go on from their last good commit.
        </p>
      )}
    </li>
  );
}
