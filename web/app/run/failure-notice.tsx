import type { RunState } from '@specwright/protocol/run-state.ts';
import { type FormEvent, useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { formatCost, formatCount } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { RunIntent } from './run-intents.ts';
import { failedItem } from './run-outline.ts';

const FAULTS = {
  chunk: 'The work did not pass. Read the last attempt below, then retry, skip, or edit the chunk and resume.',
  limit: 'A limit ended it. Raise the limit or edit the chunk, then retry.',
  machine: 'The machine could not go on. This is no fault of the chunk; mend what the sentence above says, then resume.',
};

/** Which chunk ended the run, why, and what can be done now. */
export function FailureNotice({ run, readOnly }: { run: RunState; readOnly?: boolean }) {
  const { send, pending } = useSend<RunIntent>(`/runs/${run.id}`);
  const mayRun = useMay('member');
  const item = failedItem(run);
  return (
    <section role="alert" aria-label="Failure" data-testid="failure" className="rounded-md border border-bad/40 bg-bad-soft px-4 py-3">
      <h3 className="font-semibold text-bad">
        <Icon name="cross" /> {item ? `Failed at “${item.title}”` : 'The run failed'}
      </h3>
      <p className="mt-1 break-words">{item?.error?.message ?? run.reason?.message ?? 'No reason was given.'}</p>
      {run.fault ? <p className="mt-1 text-[12px] text-muted">{FAULTS[run.fault]}</p> : null}
      {readOnly || !mayRun ? null : (
        <div className="mt-3 flex flex-wrap gap-2">
          {item ? (
            <>
              <Button
                small
                kind="primary"
                pending={pending}
                onClick={() => send({ intent: 'retry', chunkId: item.id }, { done: `Retrying ${item.title}` })}
              >
                Retry
              </Button>
              <Button
                small
                disabled={pending}
                onClick={() => send({ intent: 'skip', chunkId: item.id }, { done: `Skipped ${item.title}` })}
              >
                Skip
              </Button>
            </>
          ) : null}
          <Button small disabled={pending} onClick={() => send({ intent: 'resume' }, { done: 'Resuming' })}>
            Resume
          </Button>
        </div>
      )}
    </section>
  );
}

/** The run reached its budget: which limit, how much was used, and a field that raises it. */
export function OverLimit({ run, readOnly }: { run: RunState; readOnly?: boolean }) {
  const mayRun = useMay('member');
  const code = run.wait?.reason.code ?? run.reason?.code ?? '';
  if (readOnly || !mayRun || run.status === 'running' || run.status === 'completed' || !/BUDGET|LIMIT_(COST|TOKENS)|COST|TOKENS/.test(code))
    return null;
  return <RaiseLimits run={run} />;
}

function RaiseLimits({ run }: { run: RunState }) {
  const { send, pending } = useSend<RunIntent>(`/runs/${run.id}`);
  const byCost = run.settings.maxCostMicros !== null;
  const used = byCost ? formatCost(run.totals.usage.costMicros) : formatCount(run.totals.usage.inputTokens + run.totals.usage.outputTokens);
  const [value, setValue] = useState('');
  const raise = (event: FormEvent) => {
    event.preventDefault();
    const amount = Number(value);
    const limits = byCost
      ? { maxCostMicros: Math.round(amount * 1_000_000), maxTokens: run.settings.maxTokens }
      : { maxCostMicros: run.settings.maxCostMicros, maxTokens: Math.round(amount) };
    send({ intent: 'raise-limits', ...limits }, { done: 'The limit is raised' });
  };
  return (
    <form onSubmit={raise}>
      <Notice
        tone="warn"
        action={
          <Button small type="submit" pending={pending} disabled={!(Number(value) > 0)}>
            Raise limit
          </Button>
        }
      >
        <TextField
          label={byCost ? `New limit in dollars (used: ${used})` : `New limit in tokens (used: ${used})`}
          type="number"
          min="0"
          step="any"
          value={value}
          onChange={setValue}
        />
      </Notice>
    </form>
  );
}
