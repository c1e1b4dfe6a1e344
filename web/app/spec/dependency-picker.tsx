import type { Chunk } from '@specwright/protocol/api.ts';
import { cx } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';

interface DependencyPickerProps {
  chunks: Chunk[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** Which chunks must be done first. The server refuses a circle and names it. */
export function DependencyPicker({ chunks, chosen, onChange }: DependencyPickerProps) {
  if (chunks.length === 0) return null;
  const toggle = (id: string) => onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <fieldset className="mb-4">
      <legend className="mb-1 text-[12px] text-muted">Depends on</legend>
      <div className="flex max-h-48 flex-wrap gap-1.5 overflow-y-auto p-0.5">
        {chunks.map((chunk) => {
          const on = chosen.includes(chunk.id);
          return (
            <label
              key={chunk.id}
              title={chunk.title}
              className={cx(
                'relative flex max-w-full cursor-pointer items-center gap-1.5 rounded border px-2 py-0.5 text-[12px] has-focus-visible:outline-2 has-focus-visible:outline-accent',
                on ? 'border-accent/50 bg-accent-soft text-accent' : 'border-line text-muted hover:border-line-strong',
              )}
            >
              <input
                type="checkbox"
                className="absolute inset-0 size-full cursor-pointer opacity-0"
                checked={on}
                onChange={() => toggle(chunk.id)}
              />
              <Icon name={on ? 'check' : 'plus'} />
              <span className="truncate">{chunk.key}</span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
