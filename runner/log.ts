import { maskDeep } from './masking/mask-deep.ts';

/** One JSON line a fact of the process on standard error: run and job ids, no bodies, no secrets. */
export type Log = (level: 'info' | 'warn' | 'error', event: string, fields?: Record<string, unknown>) => void;

export const log: Log = (level, event, fields = {}) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
};

/** The same, each text of it masked. */
export function maskedLog(to: Log, mask: (text: string) => string): Log {
  return (level, event, fields = {}) => to(level, event, maskDeep(fields, mask));
}

/** What an error says, for a log line or a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
