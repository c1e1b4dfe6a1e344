import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { CONTROL } from './field.tsx';
import { ModalActions } from './modal.tsx';

interface SecretOnceProps {
  label: string;
  secret: string;
  /** Where it goes, and that it is shown this once. */
  children: ReactNode;
  onDone: () => void;
}

/** A secret that is shown this once, with a button that copies it. */
export function SecretOnce({ label, secret, children, onDone }: SecretOnceProps) {
  return (
    <div>
      <div className="mb-4 text-muted">{children}</div>
      <CopyField label={label} text={secret} focus />
      <ModalActions>
        <Button kind="primary" onClick={onDone}>
          I have kept it
        </Button>
      </ModalActions>
    </div>
  );
}

/** A text to be taken along: selected by a click, copied by the button. */
export function CopyField({ label, text, focus }: { label: string; text: string; focus?: boolean }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (focus) field.current?.select();
  }, [focus]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => {
        field.current?.select();
        setSaid('Press Ctrl C');
      },
    );
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-[12px] text-muted">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          ref={field}
          readOnly
          value={text}
          autoComplete="off"
          spellCheck={false}
          onFocus={(event) => event.currentTarget.select()}
          className={`${CONTROL} h-8 w-full min-w-0 text-accent`}
        />
        <Button onClick={copy} aria-label={`Copy ${label}`}>
          Copy
        </Button>
      </div>
      <p role="status" className="mt-1 min-h-[1.4em] text-[12px] text-faint">
        {said}
      </p>
    </div>
  );
}
