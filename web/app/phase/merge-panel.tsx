import { Link } from '@remix-run/react';
import type { Reason } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { CheckBox } from '../ui/field.tsx';
import { plural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { mergeHelp } from './merge-help.ts';
import { PhaseChecks } from './phase-checks.tsx';
import { PhaseDiff } from './phase-diff.tsx';
import { openTasks } from './phase-outlook.ts';
import { SumCells } from './sum-cells.tsx';
import { usePhase } from './use-phase.ts';

/** Merge Ready: what was done, its checks, its diff, a gate's criteria; Merge and Not yet. After a refusal: what to do about it. */
export function MergePanel({ run, refused, readOnly }: { run: RunState; refused: Reason | null; readOnly?: boolean }) {
  const gate = run.phase?.seen?.gate ?? null;
  const [ticked, setTicked] = useState<number[]>([]);
  const base = run.phase?.baseBranch ?? 'the base branch';
  const title = refused ? 'Not merged yet' : gate ? 'USER GATE: a person decides' : 'Merge Ready';
  return (
    <section
      aria-labelledby="merge-heading"
      data-testid="merge-ready"
      className="grid min-w-0 grid-cols-1 gap-4 rounded-md border border-info/40 bg-info-soft/40 px-4 py-3"
    >
      <div>
        <h3 id="merge-heading" className="font-semibold text-info">
          <Icon name="right" /> {title}
        </h3>
        <p className="mt-1 break-words">
          {refused || run.items.some(({ status }) => status === 'skipped') ? '' : 'Every stage is confirmed. '}
          <code className="text-muted">{run.branch}</code> waits to be merged onto <code className="text-muted">{base}</code>.
          {gate && run.phase?.config.autoMerge ? ' Merging by itself is on; a gate waits for a person all the same.' : ''}
        </p>
        <SumCells run={run} />
        <LeftOut run={run} />
      </div>
      {refused ? <Refused run={run} reason={refused} /> : null}
      {gate ? <Gate gate={gate} ticked={ticked} onTick={setTicked} disabled={readOnly} /> : null}
      <PhaseChecks run={run} />
      <PhaseDiff run={run} />
      {readOnly ? null : (
        <MergeButtons run={run} again={refused !== null} open={gate ? gate.criteria.length - ticked.length : 0} base={base} />
      )}
    </section>
  );
}

/** What a person left out is said before it is merged without. */
function LeftOut({ run }: { run: RunState }) {
  const skipped = run.items.filter(({ status }) => status === 'skipped');
  if (skipped.length === 0) return null;
  const named = skipped.map((item) => {
    const open = (item.phase?.tasks ?? []).filter(({ key }) => openTasks(run, item).has(key));
    return open.length > 0 ? `${item.title} (${open.map(({ name }) => name).join(', ')})` : item.title;
  });
  return <p className="mt-2 break-words text-warn">Left out by a person: {named.join('; ')}.</p>;
}

function Refused({ run, reason }: { run: RunState; reason: Reason }) {
  const { title, todo, commands, inProject } = mergeHelp(run, reason.code);
  return (
    <div role="alert" data-testid="merge-refused" className="rounded-md border border-bad/40 bg-bad-soft px-3 py-2">
      <h4 className="font-semibold text-bad">
        <Icon name="bang" /> {title}
      </h4>
      <p className="mt-1 break-words">{reason.message}</p>
      {todo ? <p className="mt-1 text-muted">{todo}</p> : null}
      {inProject ? (
        <Link to={`/projects/${run.projectId}`} className="mt-1 inline-block underline underline-offset-2">
          The project’s settings
        </Link>
      ) : null}
      <div className="mt-2 grid grid-cols-1 gap-1">
        {commands.map((command) => (
          <CommandLine key={command} command={command} />
        ))}
      </div>
    </div>
  );
}

interface GateProps {
  gate: { source: string; criteria: string[] };
  ticked: number[];
  onTick: (ticked: number[]) => void;
  disabled?: boolean;
}

/** A gate's own criteria, all of them; the ticks are this person's own notes. */
function Gate({ gate, ticked, onTick, disabled }: GateProps) {
  return (
    <fieldset data-testid="gate" className="min-w-0">
      <legend className="text-[12px] text-muted">
        Look at these first. The gate stands in <code className="break-words">{gate.source}</code>
      </legend>
      {gate.criteria.length === 0 ? <p className="mt-1">It names no criteria: read it, then decide.</p> : null}
      <div className="mt-1 grid grid-cols-1">
        {gate.criteria.map((criterion, at) => (
          <CheckBox
            // biome-ignore lint/suspicious/noArrayIndexKey: a frozen list; criteria may repeat.
            key={at}
            label={criterion}
            checked={ticked.includes(at)}
            disabled={disabled}
            onChange={(on) => onTick(on ? [...ticked, at] : ticked.filter((other) => other !== at))}
          />
        ))}
      </div>
    </fieldset>
  );
}

function MergeButtons({ run, again, open, base }: { run: RunState; again: boolean; open: number; base: string }) {
  const { tell, pending } = usePhase(run.id);
  const [asking, setAsking] = useState(false);
  const mayMerge = useMay('member');
  if (!mayMerge) return <p className="text-[12px] text-muted">Members of the organisation may merge.</p>;
  const merge = () => tell({ wish: 'merge', decision: 'merge' }, { done: `Merging onto ${base}…` });
  return (
    <div className="flex flex-wrap gap-2">
      <Button kind="primary" pending={pending} onClick={() => (open > 0 ? setAsking(true) : merge())}>
        {again ? 'Merge again' : 'Merge'}
      </Button>
      <Button
        disabled={pending}
        onClick={() => tell({ wish: 'merge', decision: 'not_yet' }, { done: 'Noted: it waits on. Nothing was merged.' })}
      >
        Not yet
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          merge();
        }}
        title={`Merge with ${plural(open, 'criterion').replace('criterions', 'criteria')} not ticked?`}
        action="Merge all the same"
      >
        The gate asks a person to look at each of them first.
      </Confirm>
    </div>
  );
}
