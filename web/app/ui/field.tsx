import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react';
import { cx } from './class-names.ts';

export const CONTROL =
  'rounded-md border border-line-strong bg-field px-2.5 text-ink placeholder:text-faint transition-colors hover:border-faint focus:border-accent focus:outline-none focus-visible:outline-2 aria-invalid:border-bad';

export interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null;
}

interface Wiring {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** A label, one control, a hint or an error: joined for screen readers. */
export function Field({ label, hint, error, children }: FieldProps & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="mb-4 last:mb-0">
      <label htmlFor={id} className="mb-1 block text-[12px] text-muted">
        {label}
      </label>
      {children({ id, 'aria-describedby': note ? `${id}-note` : undefined, 'aria-invalid': error ? true : undefined })}
      {note ? (
        <p id={`${id}-note`} role={error ? 'alert' : undefined} className={cx('mt-1 text-[12px]', error ? 'text-bad' : 'text-faint')}>
          {note}
        </p>
      ) : null}
    </div>
  );
}

type TextFieldProps = FieldProps &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & { value: string; onChange: (value: string) => void };

export function TextField({ label, hint, error, onChange, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <input {...wiring} {...rest} className={cx(CONTROL, 'h-8 w-full', className)} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

/** The same for a form that is read as a whole when it is sent: what a password manager wrote before the page woke counts too. */
export function PlainField({ label, hint, error, className, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => <input {...wiring} {...rest} className={cx(CONTROL, 'h-9 w-full', className)} />}
    </Field>
  );
}

type TextAreaProps = FieldProps &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'value'> & { value: string; onChange: (value: string) => void };

export function TextArea({ label, hint, error, onChange, className, ...rest }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <textarea
          {...wiring}
          {...rest}
          className={cx(CONTROL, 'min-h-24 w-full resize-y py-2', className)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface SelectProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  options: { value: string; label: string }[];
}

export function SelectField({ label, hint, error, value, onChange, options }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <select {...wiring} value={value} onChange={(event) => onChange(event.target.value)} className={cx(CONTROL, 'h-8 w-full')}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type PlainSelectProps = FieldProps & SelectHTMLAttributes<HTMLSelectElement> & { options: { value: string; label: string }[] };

export function PlainSelect({ label, hint, error, options, ...rest }: PlainSelectProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => (
        <select {...wiring} {...rest} className={cx(CONTROL, 'h-9 w-full')}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckBoxProps {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function CheckBox({ label, hint, checked, onChange, disabled }: CheckBoxProps) {
  return (
    <label className="flex min-h-[26px] cursor-pointer items-start gap-2 has-disabled:cursor-not-allowed has-disabled:opacity-60">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-[2px] size-[16px] shrink-0 accent-(--accent)"
      />
      <span className="min-w-0 break-words">
        {label}
        {hint ? <span className="block text-[12px] text-faint">{hint}</span> : null}
      </span>
    </label>
  );
}

interface RadioListProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string; hint?: string }[];
}

/** One of a few, each with a line that says what it means. */
export function RadioList<T extends string>({ label, value, onChange, options }: RadioListProps<T>) {
  const name = useId();
  return (
    <fieldset className="mb-4 grid grid-cols-1 gap-1.5 last:mb-0">
      <legend className="mb-1 text-[12px] text-muted">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="flex min-h-[26px] cursor-pointer items-start gap-2">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="mt-[2px] size-[16px] shrink-0 accent-(--accent)"
          />
          <span className="min-w-0">
            {option.label}
            {option.hint ? <span className="block text-[12px] text-faint">{option.hint}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
