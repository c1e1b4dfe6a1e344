import type { Detected } from '@specwright/protocol/workflow-api.ts';
import { Spinner } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';
import { Notice, Skeleton } from '../ui/surface.tsx';
import { BatchList } from './batch-list.tsx';
import { FoundWarnings } from './found-warnings.tsx';
import { LookRefused } from './look-refused.tsx';
import { NoMachine } from './no-machine.tsx';
import { type Outlook, ruleWords } from './outlook.ts';
import type { Detection } from './use-detect.ts';

interface FoundPanelProps {
  detection: Detection;
  /** Null until something was found. */
  outlook: Outlook | null;
}

/** What a machine found in the repository: while it looks, when none is there, and what came of it. */
export function FoundPanel({ detection, outlook }: FoundPanelProps) {
  const { asking, found, refused, again } = detection;
  return (
    <section aria-label="What was found" aria-busy={asking} data-testid="phase-found" className="min-w-0">
      {refused && !asking ? <Refused refused={refused} again={again} /> : null}
      {found && outlook ? (
        <div className={cx('grid grid-cols-1 gap-3', (asking || refused) && 'opacity-60')}>
          <Found found={found} outlook={outlook} asking={asking} />
        </div>
      ) : asking ? (
        <Looking />
      ) : null}
    </section>
  );
}

function Looking() {
  return (
    <div role="status" className="grid grid-cols-1 gap-2">
      <p className="flex items-center gap-2 text-muted">
        <Spinner /> Asking a machine to look at the repository: its task files, sections and open tasks…
      </p>
      <Skeleton className="h-5 w-64 max-w-full" />
      <Skeleton className="h-9 w-full" />
      <Skeleton className="h-9 w-full" />
    </div>
  );
}

function Refused({ refused, again }: { refused: NonNullable<Detection['refused']>; again: () => void }) {
  if (refused.noMachine)
    return (
      <NoMachine message={refused.message} again={again}>
        A phase that is started now waits until one is there.
      </NoMachine>
    );
  return <LookRefused again={again}>{refused.message} It can be started all the same: the run looks for itself.</LookRefused>;
}

function Found({ found, outlook, asking }: { found: Detected; outlook: Outlook; asking: boolean }) {
  const { seen } = found;
  return (
    <>
      <div role="status" className="min-w-0">
        <p className={cx('flex items-center gap-2 text-[15px] font-semibold', outlook.tone === 'bad' && 'text-bad')}>
          {asking ? <Spinner /> : <Icon name={outlook.tone === 'bad' ? 'cross' : outlook.tone === 'info' ? 'right' : 'check'} />}
          <span data-testid="phase-detected">{outlook.headline}</span>
        </p>
        {outlook.note ? <p className={cx('mt-1', outlook.tone === 'bad' ? 'text-bad' : 'text-muted')}>{outlook.note}</p> : null}
        <Facts found={found} />
      </div>
      {outlook.stages.length > 0 ? <Stages stages={outlook.stages} /> : null}
      <FoundWarnings found={found} />
      {seen.gate ? <Gate {...seen.gate} /> : null}
      <BatchList batches={seen.batches} />
    </>
  );
}

/** The file, its dialect, how much is done, how batches were made, who looked. */
function Facts({ found: { seen, runnerName } }: { found: Detected }) {
  const facts = [
    seen.taskFile,
    seen.taskFile === null ? null : seen.dialect,
    seen.counts.total > 0 ? `${seen.counts.done} of ${seen.counts.total} tasks done` : null,
    seen.batches.length > 0 ? ruleWords(seen.rule) : null,
    seen.baseBranch === null ? null : `goes onto ${seen.baseBranch}`,
    `seen by ${runnerName}`,
  ];
  return (
    <p className="mt-1 break-words text-[12px] text-faint [overflow-wrap:anywhere]" data-testid="phase-facts">
      {facts.filter((fact) => fact !== null).join(' · ')}
    </p>
  );
}

function Gate({ source, criteria }: { source: string; criteria: string[] }) {
  return (
    <Notice tone="info" testId="phase-gate">
      A USER GATE stands in {source}: the run waits for you before it merges, whatever auto-merge says.
      {criteria.length > 0 ? (
        <ul className="mt-1 list-disc pl-5">
          {criteria.map((criterion) => (
            <li key={criterion}>{criterion.replace(/^\[.\]\s*/, '')}</li>
          ))}
        </ul>
      ) : null}
    </Notice>
  );
}

function Stages({ stages }: { stages: string[] }) {
  return (
    <ol aria-label="What will be done" className="flex flex-wrap items-center gap-x-1.5 gap-y-0.5 text-[12px] text-muted">
      {stages.map((stage, at) => (
        <li key={stage} className="flex items-center gap-1.5">
          {at > 0 ? <Icon name="right" className="text-faint" /> : null}
          {stage}
        </li>
      ))}
    </ol>
  );
}
