import type { Detected } from '@specwright/protocol/workflow-api.ts';
import { plural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/surface.tsx';

/** What a person should know of the task file before it is taken as a plan. */
export function FoundWarnings({ found: { seen, duplicates, leftOut } }: { found: Detected }) {
  const said = seen.warnings.join('\n');
  const silent = duplicates.filter((id) => !said.includes(id));
  const warnings = [...seen.warnings, ...(silent.length > 0 ? [`These ids stand more than once: ${silent.join(', ')}.`] : [])];
  if (warnings.length === 0 && leftOut.length === 0) return null;
  return (
    <Notice tone="warn" testId="phase-warnings">
      <ul className="grid grid-cols-1 gap-1">
        {warnings.map((warning) => (
          <li key={warning} className="flex gap-2">
            <Icon name="bang" className="mt-[0.2em]" />
            <span className="min-w-0 break-words">{warning}</span>
          </li>
        ))}
      </ul>
      {leftOut.length > 0 ? <LeftOut leftOut={leftOut} /> : null}
    </Notice>
  );
}

function LeftOut({ leftOut }: Pick<Detected, 'leftOut'>) {
  return (
    <details className="mt-1">
      <summary className="cursor-pointer">{plural(leftOut.length, 'line')} left out: which, and why</summary>
      <ul className="mt-1 grid grid-cols-1 gap-0.5 text-[12px]">
        {leftOut.map(({ line, text, reason }) => (
          <li key={line} className="min-w-0 break-words [overflow-wrap:anywhere]">
            <span className="tabular-nums">line {line}</span> ({reason}): <code>{text.trim()}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
