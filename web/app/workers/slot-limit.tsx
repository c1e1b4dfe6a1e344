import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { FormActions, Modal } from '../ui/modal.tsx';
import { numberProblem } from '../ui/number-problem.ts';
import { useCalls } from '../ui/use-calls.ts';
import { setLimit } from './worker-calls.ts';

const MOST = 500;

/** How many specs of the whole organisation may be at work at once: for its admins. */
export function SlotLimit({ limit }: { limit: number }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Slot limit</Button>
      <Modal open={open} onClose={close} title="Slots of the organisation">
        <LimitForm limit={limit} onClose={close} />
      </Modal>
    </>
  );
}

function LimitForm({ limit, onClose }: { limit: number; onClose: () => void }) {
  const [text, setText] = useState(String(limit));
  const [refusal, setRefusal] = useState<string | null>(null);
  const { call, pending } = useCalls();
  const problem = text.trim() === '' ? 'Give a number.' : numberProblem(text, 1, MOST);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== null) return;
    setRefusal(null);
    call(setLimit(Number(text)), { done: `At most ${Number(text)} at once from now on`, onDone: onClose, onRefused: setRefusal });
  };
  return (
    <form method="post" onSubmit={submit}>
      <TextField
        label="Specs at work at once, over all projects"
        type="number"
        min={1}
        max={MOST}
        step={1}
        required
        autoFocus
        value={text}
        onChange={setText}
        error={problem ?? refusal}
        hint="Each project has a limit of its own besides, in its settings. What is at work goes on when this is lowered; what is started above it waits."
      />
      <FormActions action="Save limit" pending={pending} disabled={problem !== null} onCancel={onClose} />
    </form>
  );
}
