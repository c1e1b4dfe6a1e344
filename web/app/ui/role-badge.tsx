import type { Role } from '@specwright/protocol/people-api.ts';
import { cx } from './class-names.ts';

const TONES: Record<Role, string> = {
  owner: 'border-accent/40 text-accent',
  admin: 'border-info/40 text-info',
  member: 'border-line-strong text-ink',
  viewer: 'border-line-strong text-muted',
};

export function RoleBadge({ role }: { role: Role }) {
  return (
    <span data-testid="role" className={cx('inline-flex h-5 items-center rounded border px-1.5 text-[11.5px] leading-none', TONES[role])}>
      {role}
    </span>
  );
}
