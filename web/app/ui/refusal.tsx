import type { Refused } from '../server/api.ts';
import { Notice } from './surface.tsx';

/** Why a form was refused, where none of its fields says it. */
export function Refusal({ text }: { text: string | null | undefined }) {
  if (!text) return null;
  return (
    <Notice tone="bad" role="alert">
      <span className="whitespace-pre-line">{text}</span>
    </Notice>
  );
}

/** The sentence that belongs to no field that the form shows. */
export function generalOf(error: Refused | null | undefined, shown: readonly string[]): string | null {
  if (!error) return null;
  return shown.some((field) => error.fields?.[field]) ? null : error.message;
}
