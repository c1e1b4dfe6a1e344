import { type InputHTMLAttributes, useState } from 'react';
import { cx } from './class-names.ts';
import { CONTROL, Field, type FieldProps } from './field.tsx';

/** A password: hidden, unless the person who types it wants to see it. */
export function PasswordField({ label, hint, error, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const [seen, setSeen] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <div className="relative">
          <input
            {...wiring}
            maxLength={128}
            {...rest}
            type={seen ? 'text' : 'password'}
            spellCheck={false}
            autoCapitalize="none"
            className={cx(CONTROL, 'h-9 w-full pr-16')}
          />
          <button
            type="button"
            aria-pressed={seen}
            aria-controls={wiring.id}
            aria-label="Show password"
            onClick={() => setSeen(!seen)}
            className="absolute inset-y-[2px] right-[2px] min-h-[24px] rounded px-2 text-[12px] text-muted hover:text-ink"
          >
            {seen ? 'hide' : 'show'}
          </button>
        </div>
      )}
    </Field>
  );
}
