import { invitations, organisations, user } from '@specwright/migrations/schema.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { Invitation, InvitationLook, Organisation } from '@specwright/protocol/people-api.ts';
import { and, desc, eq, gt, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

export const INVITATION_MS = 7 * 24 * 60 * 60 * 1000;

/** The open invitations of an organisation, the newest first. */
export async function listInvitations(d1: D1Database, organisationId: string): Promise<Invitation[]> {
  const rows = await drizzle(d1)
    .select({ invitation: invitations, by: user.name })
    .from(invitations)
    .leftJoin(user, eq(user.id, invitations.inviterId))
    .where(and(eq(invitations.organisationId, organisationId), open()))
    .orderBy(desc(invitations.id));
  return rows.map(({ invitation, by }) => invitationOf(invitation, by));
}

export interface NewInvitation {
  organisationId: string;
  email: string | null;
  role: Invitation['role'];
  inviterId: string;
  tokenHash: string;
}

/** Keeps an invitation by its token's hash. An older one to the same address ends, and those that have run out are forgotten. */
export async function addInvitation(d1: D1Database, input: NewInvitation, invitedBy: string): Promise<Invitation> {
  const db = drizzle(d1);
  const id = newId('invitation');
  const now = Date.now();
  const row = { id, ...input, status: 'pending' as const, expiresAt: new Date(now + INVITATION_MS), createdAt: new Date(now) };
  const ofOrganisation = eq(invitations.organisationId, input.organisationId);
  await db.batch([
    db.delete(invitations).where(and(ofOrganisation, eq(invitations.status, 'pending'), lt(invitations.expiresAt, new Date(now)))),
    db
      .update(invitations)
      .set({ status: 'canceled' })
      .where(and(ofOrganisation, eq(invitations.status, 'pending'), eq(invitations.email, input.email ?? ''))),
    db.insert(invitations).values(row),
  ]);
  return invitationOf({ ...row, acceptedBy: null }, invitedBy);
}

export async function cancelInvitation(d1: D1Database, organisationId: string, invitationId: string): Promise<boolean> {
  const cancelled = await drizzle(d1)
    .update(invitations)
    .set({ status: 'canceled' })
    .where(and(eq(invitations.organisationId, organisationId), eq(invitations.id, invitationId), eq(invitations.status, 'pending')))
    .returning({ id: invitations.id });
  return cancelled.length > 0;
}

/** What an invited person sees; null when the token is unknown, used, cancelled or too old. */
export async function lookAtInvitation(d1: D1Database, tokenHash: string): Promise<(InvitationLook & { organisationId: string }) | null> {
  const { organisationId, role, email, expiresAt } = invitations;
  const [row] = await drizzle(d1)
    .select({ organisationId, organisationName: organisations.name, invitedBy: user.name, role, email, expiresAt })
    .from(invitations)
    .innerJoin(organisations, eq(organisations.id, organisationId))
    .leftJoin(user, eq(user.id, invitations.inviterId))
    .where(and(eq(invitations.tokenHash, tokenHash), open()));
  return row ? { ...row, invitedBy: row.invitedBy ?? 'Somebody', expiresAt: row.expiresAt.getTime() } : null;
}

/** Says whether an invitation waits for this address. */
export async function isInvited(d1: D1Database, email: string): Promise<boolean> {
  const rows = await drizzle(d1)
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(eq(invitations.email, email.toLowerCase()), open()))
    .limit(1);
  return rows.length > 0;
}

/** `changes()`: the place is made by the statement that used the invitation, and by no later try. */
const JOIN = `INSERT INTO members (id, organisation_id, user_id, role, created_at)
  SELECT ?1, i.organisation_id, ?2, i.role, ?3 FROM invitations i JOIN organisations o ON o.id = i.organisation_id
  WHERE changes() > 0 AND i.token_hash = ?4 AND i.accepted_by = ?2 ON CONFLICT DO NOTHING`;
const USE = `UPDATE invitations SET status = 'accepted', accepted_by = ?1
  WHERE token_hash = ?2 AND status = 'pending' AND expires_at > ?3 AND (email IS NULL OR email = ?4)`;
const JOINED = `SELECT o.id, o.name, m.role, o.created_at AS createdAt FROM invitations i
  JOIN organisations o ON o.id = i.organisation_id JOIN members m ON m.organisation_id = o.id AND m.user_id = ?1
  WHERE i.token_hash = ?2 AND i.accepted_by = ?1`;

/**
 * Uses an invitation: of two who try at once, one joins. Who is a member already keeps their role. The same person again gets the same
 * answer, as long as they are a member. Null when it does not hold for them.
 */
export async function acceptInvitation(
  d1: D1Database,
  tokenHash: string,
  person: { id: string; email: string },
): Promise<Organisation | null> {
  const now = Date.now();
  const [, , joined] = await d1.batch<Organisation>([
    d1.prepare(USE).bind(person.id, tokenHash, now, person.email.toLowerCase()),
    d1.prepare(JOIN).bind(newId('member'), person.id, now, tokenHash),
    d1.prepare(JOINED).bind(person.id, tokenHash),
  ]);
  return joined?.results[0] ?? null;
}

function open() {
  return and(eq(invitations.status, 'pending'), gt(invitations.expiresAt, new Date()));
}

function invitationOf(
  row: typeof invitations.$inferSelect | (NewInvitation & { id: string; expiresAt: Date; createdAt: Date }),
  by: string | null,
): Invitation {
  const { id, email, role } = row;
  const times = { expiresAt: row.expiresAt.getTime(), createdAt: row.createdAt.getTime() };
  return { id, email, role: role as Invitation['role'], invitedBy: by ?? 'Somebody', ...times };
}
