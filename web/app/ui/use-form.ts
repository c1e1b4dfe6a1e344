import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { generalOf } from './refusal.tsx';
import { type SendOptions, useSend } from './use-send.ts';

/**
 * A form that sends one wish. A refusal stands beside the fields that it names, else in `general`, until the form is sent again.
 * @param shown names of the fields that show their refusals
 */
export function useForm<Intent extends { intent: string }>(action: string, shown: readonly string[] = []) {
  const { send, pending } = useSend<Intent>(action);
  const [refused, setRefused] = useState<Refused | null>(null);
  const submit = (event: FormEvent, wish: Intent, options: Omit<SendOptions, 'onRefused'> = {}) => {
    event.preventDefault();
    setRefused(null);
    send(wish, { ...options, onRefused: setRefused });
  };
  return { submit, pending, fields: refused?.fields ?? {}, general: generalOf(refused, shown) };
}
