import type { Member } from '@specwright/protocol/people-api.ts';
import { Menu } from '../ui/menu.tsx';
import { RoleBadge } from '../ui/role-badge.tsx';
import { Ago } from '../ui/time.tsx';

export type MemberAsk = 'role' | 'reset' | 'transfer' | 'remove';

const LABELS: Record<MemberAsk, string> = {
  role: 'Change role',
  reset: 'Make a reset link',
  transfer: 'Make owner',
  remove: 'Remove',
};

interface MemberRowProps {
  member: Member;
  self: boolean;
  /** What the person who looks may do with this one. */
  may: MemberAsk[];
  onAsk: (what: MemberAsk) => void;
}

export function MemberRow({ member, self, may, onAsk }: MemberRowProps) {
  return (
    <li data-testid="member" className="flex items-center justify-between gap-x-4 px-4 py-2">
      <div className="min-w-0 py-0.5">
        <p className="break-words">
          {member.name} {self ? <span className="text-faint">(you)</span> : null}
        </p>
        <p className="break-all text-[12px] text-faint">
          {member.email} · since <Ago at={member.joinedAt} />
        </p>
      </div>
      <div className="flex shrink-0 items-center gap-1">
        <RoleBadge role={member.role} />
        {may.length > 0 ? (
          <Menu
            label={`Actions for ${member.name}`}
            items={may.map((what) => ({ label: LABELS[what], danger: what === 'remove', onSelect: () => onAsk(what) }))}
          />
        ) : (
          <span className="w-8" />
        )}
      </div>
    </li>
  );
}
