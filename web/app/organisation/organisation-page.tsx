import type { Me, Page } from '@specwright/protocol/api.ts';
import type { Invitation, Member } from '@specwright/protocol/people-api.ts';
import { isAtLeast } from '../shell/me.ts';
import { plural } from '../ui/format.ts';
import { PageHead } from '../ui/page-head.tsx';
import { DangerPanel } from './danger-panel.tsx';
import { InvitationPanel } from './invitation-panel.tsx';
import { MemberPanel } from './member-panel.tsx';
import { RenameOrganisation } from './rename-organisation.tsx';

interface OrganisationPageProps {
  me: Me;
  members: Page<Member>;
  /** Null: not this person's to see. */
  invitations: Page<Invitation> | null;
}

/** Who belongs to the organisation and what they may do; for those who may, all that changes it. */
export function OrganisationPage({ me, members, invitations }: OrganisationPageProps) {
  const name = me.organisation?.name ?? '';
  return (
    <main className="mx-auto grid max-w-[860px] grid-cols-1 gap-4">
      <PageHead title={name} lead={`${plural(members.items.length, 'person').replace('persons', 'people')}. You are ${me.role}.`}>
        {isAtLeast(me.role, 'admin') ? <RenameOrganisation key={name} name={name} /> : null}
      </PageHead>
      <MemberPanel members={members.items} me={me} />
      {isAtLeast(me.role, 'admin') ? <InvitationPanel invitations={invitations?.items ?? null} role={me.role} /> : null}
      <DangerPanel me={me} members={members.items} />
    </main>
  );
}
