import type { Me } from '@specwright/protocol/api.ts';
import type { Member } from '@specwright/protocol/people-api.ts';
import { useState } from 'react';
import { isAtLeast } from '../shell/me.ts';
import { Panel } from '../ui/surface.tsx';
import { MemberDialogs } from './member-dialogs.tsx';
import { type MemberAsk, MemberRow } from './member-row.tsx';

/** The people, the owner first. */
export function MemberPanel({ members, me }: { members: Member[]; me: Me }) {
  const [ask, setAsk] = useState<{ what: MemberAsk; member: Member } | null>(null);
  const order = { owner: 0, admin: 1, member: 2, viewer: 3 };
  const sorted = [...members].sort((a, b) => order[a.role] - order[b.role] || a.name.localeCompare(b.name));
  const may = (member: Member): MemberAsk[] => {
    if (member.userId === me.user.id || member.role === 'owner' || !isAtLeast(me.role, 'admin')) return [];
    return ['role', 'reset', ...(me.role === 'owner' ? (['transfer'] as const) : []), 'remove'];
  };
  return (
    <Panel id="people-heading" title="People" flush>
      <ul className="divide-y divide-line">
        {sorted.map((member) => (
          <MemberRow
            key={member.userId}
            member={member}
            self={member.userId === me.user.id}
            may={may(member)}
            onAsk={(what) => setAsk({ what, member })}
          />
        ))}
      </ul>
      {ask ? <MemberDialogs key={`${ask.what} ${ask.member.userId}`} {...ask} me={me} onClose={() => setAsk(null)} /> : null}
    </Panel>
  );
}
