import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { TextField } from './field.tsx';
import { Modal, ModalActions } from './modal.tsx';
import { Refusal } from './refusal.tsx';

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  /** What will be lost, in a sentence. */
  children: ReactNode;
  action: string;
  /** What leaves it as it is, where “Cancel” could be misread. */
  leave?: string;
  /** A word that must be typed first, for what cannot be undone. */
  typed?: string;
  pending?: boolean;
  /** Why it was not done: said here, for what is said behind a dialog is not seen. */
  refusal?: string | null;
}

/** Asks before something is destroyed. */
export function Confirm(props: ConfirmProps) {
  return (
    <Modal open={props.open} onClose={props.onClose} title={props.title} description={props.children}>
      <ConfirmForm {...props} />
    </Modal>
  );
}

function ConfirmForm({ onClose, onConfirm, action, leave = 'Cancel', typed, pending, refusal }: ConfirmProps) {
  const [text, setText] = useState('');
  const ready = typed === undefined || text === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onConfirm();
      }}
    >
      {typed === undefined ? null : (
        <TextField label={`Type “${typed}” to confirm`} value={text} onChange={setText} autoFocus autoComplete="off" />
      )}
      <Refusal text={refusal} />
      <ModalActions>
        <Button kind="ghost" onClick={onClose}>
          {leave}
        </Button>
        <Button kind="danger" type="submit" disabled={!ready} pending={pending} autoFocus={typed === undefined}>
          {action}
        </Button>
      </ModalActions>
    </form>
  );
}
