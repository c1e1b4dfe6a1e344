import { useRouteLoaderData } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import type { Role } from '@specwright/protocol/people-api.ts';

const RANK: Record<Role, number> = { viewer: 0, member: 1, admin: 2, owner: 3 };

/** True where somebody of this role may do what asks for `least`. */
export function isAtLeast(role: Role | null | undefined, least: Role): boolean {
  return role !== null && role !== undefined && RANK[role] >= RANK[least];
}

/** Who is signed in; undefined outside the frame of the signed in. */
export function useMe(): Me | undefined {
  return useRouteLoaderData<{ me: Me }>('routes/_app')?.me;
}

/** Whether the person who looks may do what this role may: what would be refused is not offered. */
export function useMay(least: Role): boolean {
  return isAtLeast(useMe()?.role, least);
}
