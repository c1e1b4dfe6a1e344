import { KEY_SCOPES, type KeyScope, ROLES, type Role } from '@specwright/protocol/people-api.ts';
import { z } from 'zod';

/** `api_keys.permissions`: lists alone, for the plugin that makes keys takes nothing else. `role` has at most one entry. */
const permissionsSchema = z.object({ scopes: z.array(z.enum(KEY_SCOPES)), role: z.array(z.enum(ROLES)).max(1).default([]) });

export function writePermissions(scopes: KeyScope[], role: Role | null): Record<string, string[]> {
  return role ? { scopes, role: [role] } : { scopes };
}

/** What a key may; a text that is none of ours: nothing. */
export function readPermissions(text: string | null): { scopes: KeyScope[]; role: Role | null } {
  const read = permissionsSchema.safeParse(safeJson(text));
  return read.success ? { scopes: read.data.scopes, role: read.data.role[0] ?? null } : { scopes: [], role: null };
}

function safeJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
