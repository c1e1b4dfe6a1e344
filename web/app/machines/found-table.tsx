import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { Icon } from '../ui/icon.tsx';

/** The agents and tools on a machine, with their versions. */
export function FoundTable({ machine }: { machine: RunnerInfo }) {
  if (machine.found.length === 0) return null;
  return (
    <table className="w-full border-collapse">
      <caption className="sr-only">What was found on {machine.name}</caption>
      <tbody>
        {machine.found.map((tool) => (
          <tr key={tool.name} className="border-t border-line align-top">
            <th scope="row" className="max-w-[40vw] truncate whitespace-nowrap py-1.5 pr-4 text-left font-normal">
              <Icon name={tool.ok ? 'check' : 'minus'} className={tool.ok ? 'mr-2 text-accent' : 'mr-2 text-warn'} />
              {tool.name}
              <span className="sr-only">{tool.ok ? ' found' : ' not found'}</span>
            </th>
            <td className="py-1.5 pr-3 text-muted">{tool.version}</td>
            <td className="w-full break-words py-1.5 text-[12px] text-faint [overflow-wrap:anywhere]">{tool.detail}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
