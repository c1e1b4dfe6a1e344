import { useEffect, useState } from 'react';
import { cx } from '../ui/class-names.ts';
import { CONTROL } from '../ui/field.tsx';

interface PriorityFieldProps {
  title: string;
  value: number;
  onChange: (value: number) => void;
}

/** A priority from -100 to 100, higher first; sent when the field is left or Enter is pressed. */
export function PriorityField({ title, value, onChange }: PriorityFieldProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  const send = () => {
    const wished = Number(text);
    if (text.trim() === '' || !Number.isInteger(wished) || Math.abs(wished) > 100) return setText(String(value));
    if (wished !== value) onChange(wished);
  };
  return (
    <label className="flex items-center gap-1.5 text-[11.5px] text-faint">
      <span className="max-lg:sr-only">priority</span>
      <input
        type="number"
        min={-100}
        max={100}
        step={1}
        aria-label={`Priority of ${title}`}
        title="Priority: higher is served first"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={send}
        onKeyDown={(event) => {
          if (event.key === 'Enter') send();
          if (event.key === 'Escape') setText(String(value));
        }}
        className={cx(CONTROL, 'h-[24px] w-16 px-1.5 text-right text-[12px] tabular-nums text-ink')}
      />
    </label>
  );
}
