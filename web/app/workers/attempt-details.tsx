import type { Step } from '@specwright/protocol/job.ts';
import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';
import type { ReactNode } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { CheckView } from '../run/check-view.tsx';
import { DiffPiece } from '../run/diff-piece.tsx';
import { VerdictView } from '../run/verdict-view.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { formatCost, formatCount, formatDuration, plural, shortCommit } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { AgentOutput } from './agent-output.tsx';
import { ChunkText } from './chunk-text.tsx';
import type { AttemptBar, StepStretch } from './waterfall.ts';
import { howItEnded, isBroken, isFailed } from './waterfall-rows.ts';

interface AttemptDetailsProps {
  handle: RunHandle;
  item: Item;
  attempt: Attempt;
  bar: AttemptBar | null;
  /** Only this step of it; null: the whole attempt. */
  step: StepStretch | null;
}

/** The steps that end in a verdict: a reviewer's, or what a phase's confirmation and merge have found. */
const JUDGING = ['review', 'confirm', 'merge'] as const satisfies readonly Step[];

/** What went into an attempt and what came out of it: input, output, checks, error, cost. */
export function AttemptDetails({ handle, item, attempt, bar, step }: AttemptDetailsProps) {
  const { run } = handle;
  const shows = (...steps: Step[]) => step === null || steps.includes(step.step);
  return (
    <div data-testid="details" data-job={attempt.jobId} className="grid grid-cols-1 gap-4">
      <header>
        <h3 className="break-words font-semibold">{item.title}</h3>
        <p className="mt-1 flex flex-wrap items-center gap-2 text-[12px] text-muted">
          <StatusBadge status={attempt.result ?? 'running'} />
          attempt {attempt.attempt}
          {attempt.kind === 'do' ? '' : ` (${attempt.kind})`}
          {step ? <StepWord step={step} /> : null}
        </p>
      </header>
      <ErrorPart attempt={attempt} item={item} step={step} />
      {shows('prepare', 'execute') ? <InputPart run={run} item={item} attempt={attempt} /> : null}
      {shows('execute', 'review') ? (
        <Part name="Output">
          <AgentOutput
            handle={handle}
            jobId={attempt.jobId}
            from={step?.fromSeq ?? null}
            to={step?.toSeq ?? (attempt.result === null ? null : (bar?.lastSeq ?? null))}
          />
        </Part>
      ) : null}
      {shows('execute', 'promote') && attempt.diffPiece ? (
        <Part
          name={`Changes${attempt.diffStat ? `: ${plural(attempt.diffStat.files, 'file')} +${attempt.diffStat.added} −${attempt.diffStat.removed}` : ''}`}
        >
          <DiffPiece hash={attempt.diffPiece} runId={run.id} />
        </Part>
      ) : null}
      {shows('verify', ...JUDGING) ? <ChecksPart run={run} attempt={attempt} review={shows(...JUDGING)} verify={shows('verify')} /> : null}
      <CostPart run={run} attempt={attempt} />
    </div>
  );
}

function StepWord({ step }: { step: StepStretch }) {
  const took = step.to === null ? 'goes on' : formatDuration(step.to - step.from);
  return (
    <span className={isBroken(step) ? 'text-bad' : step.stopped ? 'text-muted' : 'text-accent'}>
      {step.step}, {step.ok === false ? `${howItEnded(step)} after ${took}` : took}
    </span>
  );
}

function ErrorPart({ attempt, item, step }: { attempt: Attempt; item: Item; step: StepStretch | null }) {
  const failed = isFailed(attempt);
  const message = step ? (isBroken(step) ? step.message : null) : failed ? attempt.message || item.error?.message : null;
  if (!message) return null;
  return (
    <Part name="Error">
      <p className="whitespace-pre-wrap break-words rounded-md border border-bad/40 bg-bad-soft px-3 py-2">
        <Icon name="cross" className="mr-1.5 text-bad" />
        {attempt.code ? <code className="mr-2 text-bad">{attempt.code}</code> : null}
        {message}
      </p>
    </Part>
  );
}

function InputPart({ run, item, attempt }: { run: RunState; item: Item; attempt: Attempt }) {
  const before = item.attempts[item.attempts.indexOf(attempt) - 1];
  return (
    <Part name="Input">
      <div className="grid grid-cols-1 gap-2">
        {item.textPiece ? <ChunkText runId={run.id} hash={item.textPiece} /> : null}
        {item.requestedChanges.length > 0 ? (
          <ul aria-label="Requested changes" className="grid grid-cols-1 gap-1">
            {item.requestedChanges.map((change) => (
              <li key={change} className="flex gap-2">
                <Icon name="redo" className="mt-[0.2em] text-review" />
                <span className="min-w-0 break-words">{change}</span>
              </li>
            ))}
          </ul>
        ) : null}
        {before?.message ? (
          <p className="whitespace-pre-wrap break-words text-[12px] text-muted">From the attempt before: {before.message}</p>
        ) : null}
        <p className="text-[12px] text-faint">
          {attempt.agent ?? 'No agent yet'}
          {attempt.model ? ` · ${attempt.model}` : ''}
          {run.job?.id === attempt.jobId && run.job.continueFrom ? ` · goes on from ${shortCommit(run.job.continueFrom)}` : ''}
        </p>
      </div>
    </Part>
  );
}

interface ChecksPartProps {
  run: RunState;
  attempt: Attempt;
  verify: boolean;
  review: boolean;
}

function ChecksPart({ run, attempt, verify, review }: ChecksPartProps) {
  const checks = verify ? attempt.checks : [];
  const verdict = review ? attempt.verdict : null;
  if (checks.length === 0 && verdict === null) return null;
  return (
    <Part name="Checks">
      <div className="grid grid-cols-1 gap-3">
        {checks.length > 0 ? (
          <ul aria-label="Checks" className="grid grid-cols-1 gap-1">
            {checks.map((check) => (
              <CheckView key={check.name + check.piece} check={check} runId={run.id} />
            ))}
          </ul>
        ) : null}
        {verdict ? <VerdictView verdict={verdict} step={run.phase ? 'confirm' : 'review'} /> : null}
      </div>
    </Part>
  );
}

function CostPart({ run, attempt }: { run: RunState; attempt: Attempt }) {
  const usage = run.job?.id === attempt.jobId ? run.job.usage : attempt.usage;
  const cells: [string, string][] = [
    ['cost', formatCost(usage.costMicros)],
    ['tokens in', formatCount(usage.inputTokens)],
    ['tokens out', formatCount(usage.outputTokens)],
    ['cached', formatCount(usage.cachedTokens)],
    ['turns', String(usage.steps)],
    ['time', attempt.durationMs > 0 ? formatDuration(attempt.durationMs) : '–'],
  ];
  return (
    <Part name="Cost">
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(76px,1fr))] gap-x-4 gap-y-2">
        {cells.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-[11.5px] text-muted">{name}</dt>
            <dd className="min-w-0 tabular-nums">{value}</dd>
          </div>
        ))}
        {attempt.snapshot ? (
          <div className="min-w-0">
            <dt className="text-[11.5px] text-muted">kept as</dt>
            <dd className="min-w-0">
              <CopyText text={attempt.snapshot} shown={shortCommit(attempt.snapshot)} />
            </dd>
          </div>
        ) : null}
      </dl>
    </Part>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section aria-label={name} className="min-w-0">
      <h4 className="mb-1 text-[11.5px] uppercase tracking-[0.08em] text-faint">{name}</h4>
      {children}
    </section>
  );
}
