import type { RunState } from '@specwright/protocol/run-state.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { useEffect } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { RunFacts } from '../run/run-facts.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { shortCommit } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/surface.tsx';
import { ATTENTION, AttentionView } from './attention-view.tsx';
import { DecisionLog } from './decision-log.tsx';
import { PhaseChecks } from './phase-checks.tsx';
import { PhaseDiff } from './phase-diff.tsx';
import { PhaseItems } from './phase-items.tsx';
import { SumCells } from './sum-cells.tsx';

interface PhasePanelProps {
  handle: RunHandle;
  /** The state to show: the live one, or an older one while the log is replayed. */
  run: RunState;
  replaying?: boolean;
}

/** What can be seen of a phase below its head, and all that a person can answer. */
export function PhasePanel({ handle, run, replaying }: PhasePanelProps) {
  const view = orchestrationView(run);
  useEffect(() => {
    if (location.hash === `#${ATTENTION}`) document.getElementById(ATTENTION)?.scrollIntoView();
  }, []);
  return (
    <>
      {run.configuration?.demo ? (
        <Notice tone="info" testId="demo-notice">
          Demo model: the answers are scripted. The agent, git, checks and reviews are real.
        </Notice>
      ) : null}
      <AttentionView handle={handle} run={run} readOnly={replaying} />
      {run.status === 'completed' ? <Done run={run} /> : null}
      {view.warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          {warning}
        </Notice>
      ))}
      <PhaseItems handle={handle} run={run} />
      <DecisionLog run={run} />
      <RunFacts handle={handle} run={run} />
    </>
  );
}

function Done({ run }: { run: RunState }) {
  const merged = run.phase?.mergedCommit ?? null;
  return (
    <section
      aria-label="Totals"
      data-testid="totals"
      className="grid grid-cols-1 gap-3 rounded-md border border-accent/30 bg-accent-soft px-4 py-3"
    >
      <div>
        <h3 className="font-semibold text-accent">
          <Icon name="check" /> {merged ? `Merged onto ${run.phase?.baseBranch ?? 'the base branch'}` : 'Done'}
        </h3>
        {merged ? (
          <p className="text-[12px] text-muted">
            as <CopyText text={merged} shown={shortCommit(merged)} />
          </p>
        ) : null}
        {run.phase?.config.command ? <p>Its work stays on {run.branch}: nothing is merged by itself.</p> : null}
        <SumCells run={run} />
      </div>
      <PhaseChecks run={run} />
      <PhaseDiff run={run} />
    </section>
  );
}
