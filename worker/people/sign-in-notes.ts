import type { Context } from 'hono';
import type { App } from '../door/app-types.ts';
import { recordAudit } from '../store/audit.ts';
import { listOrganisations } from '../store/organisations.ts';
import { findPersonByEmail } from '../store/people.ts';

interface Named {
  id: string;
  name: string;
}

/** Nobody is known on a public route before its handler: says who did it, and in which organisation that is written down, their first. */
export async function noteWho(c: Context<App>, { id, name }: Named): Promise<void> {
  const [first] = await listOrganisations(c.env.DB, id);
  c.set('audit', { actor: { kind: 'person', id, name }, organisationId: first?.id, target: { kind: 'person', id, name } });
}

/** Writes down that somebody tried to sign in as a person and could not. After the answer, so that its time tells nothing. */
export function noteFailedSignIn(c: Context<App>, email: string): void {
  c.executionCtx.waitUntil(writeFailure(c, email));
}

async function writeFailure(c: Context<App>, email: string): Promise<void> {
  const person = await findPersonByEmail(c.env.DB, email);
  const [first] = person ? await listOrganisations(c.env.DB, person.id) : [];
  if (!person || !first) return;
  const target = { kind: 'person', id: person.id, name: person.name };
  await recordAudit(c, 'sign_in.failed', {
    actor: { kind: 'system', id: 'nobody', name: 'Not signed in' },
    organisationId: first.id,
    target,
  });
}
