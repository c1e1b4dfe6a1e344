import type { Role } from '@specwright/protocol/people-api.ts';

export const ROLE_WORDS: Record<Role, string> = {
  owner: 'everything, and the organisation itself',
  admin: 'people, machines, keys, settings',
  member: 'writes specs and runs them',
  viewer: 'sees',
};

/** The roles that somebody of this role may give. */
export function rolesToGive(mine: Role | null | undefined): Exclude<Role, 'owner'>[] {
  if (mine === 'owner' || mine === 'admin') return ['admin', 'member', 'viewer'];
  return [];
}
