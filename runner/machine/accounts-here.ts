import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import { defaultTool } from '../configuration/default-tool.ts';
import { fingerprint } from '../configuration/resolve.ts';

/** Whose quota this machine's own agent uses, by a fingerprint of its key: a spent account is parked on all machines that have it. */
export function accountsHere(environment: Record<string, string | undefined>): NonNullable<AnnounceLife['accounts']> {
  const tool = defaultTool(environment);
  const print = typeof tool === 'string' ? null : fingerprint(tool, environment);
  return typeof tool === 'string' || print === null ? [] : [{ agent: tool.type, fingerprint: print }];
}
