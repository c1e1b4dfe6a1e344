import type { Reason } from '@specwright/protocol/run-event.ts';
import type { Item, RunState } from '@specwright/protocol/run-state.ts';
import { type FormEvent, useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/surface.tsx';
import type { Limit } from './phase-outlook.ts';
import { limitFields, newLimits, raiseProblem, shown } from './raise.ts';
import { usePhase } from './use-phase.ts';

interface RaiseFormProps {
  run: RunState;
  limit: Limit;
  item: Item | null;
  reason: Reason;
  readOnly?: boolean;
}

const NAMES: Record<Limit, string> = {
  total: 'The budget of the whole run is used up',
  tokens: 'The tokens of the whole run are used up',
  batch: 'The budget of this batch is used up',
  heal: 'The healing budget of this batch is used up',
};

/** Which limit was reached, what is used, and a form that raises it and goes on. */
export function RaiseForm({ run, limit, item, reason, readOnly }: RaiseFormProps) {
  const { tell, pending } = usePhase(run.id);
  const mayRaise = useMay('member');
  const [values, setValues] = useState<Partial<Record<Limit, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const fields = limitFields(run, limit, item);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = raiseProblem(fields, values);
    setProblem(found);
    if (found === null)
      tell({ wish: 'raise', limits: newLimits(values) }, { done: 'The limit is raised: it goes on', onRefused: setProblem });
  };
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-labelledby="raise-heading"
      data-testid="over-budget"
      className="rounded-md border border-warn/40 bg-warn-soft/40 px-4 py-3"
    >
      <h3 id="raise-heading" className="font-semibold text-warn">
        <Icon name="bang" /> {NAMES[limit]}
      </h3>
      <p className="mb-3 mt-1 break-words">{reason.message}</p>
      {readOnly || !mayRaise ? null : (
        <>
          <div className="mb-4 grid items-start gap-x-4 gap-y-3 sm:grid-cols-2">
            {fields.map((field) => (
              <TextField
                key={field.limit}
                label={field.limit === limit ? `${field.label} (reached)` : field.label}
                hint={`used ${shown(field.limit, field.used)}${field.now === null ? '' : `, limit now ${shown(field.limit, field.now)}`}`}
                type="number"
                min="0"
                step="any"
                inputMode="decimal"
                value={values[field.limit] ?? ''}
                placeholder={field.now === null ? 'no limit' : String(field.now)}
                onChange={(text) => setValues({ ...values, [field.limit]: text })}
              />
            ))}
          </div>
          {problem ? (
            <div className="mb-3">
              <Notice tone="bad" role="alert">
                {problem}
              </Notice>
            </div>
          ) : null}
          <Button kind="primary" type="submit" pending={pending}>
            Raise and go on
          </Button>
        </>
      )}
    </form>
  );
}
