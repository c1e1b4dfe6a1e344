import { useId } from 'react';
import { cx } from './class-names.ts';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string }[];
}

/** One of a few, all of them seen: radio buttons drawn as a row. */
export function Choice<T extends string>({ label, value, onChange, options }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className="mb-4">
      <legend className="mb-1 text-[12px] text-muted">{label}</legend>
      <div className="inline-flex rounded-md border border-line bg-sunken p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'relative cursor-pointer rounded px-3 py-1 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent',
              option.value === value ? 'bg-accent-soft text-accent' : 'text-muted hover:text-ink',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="absolute inset-0 size-full cursor-pointer opacity-0"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
