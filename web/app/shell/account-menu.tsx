import { useNavigate } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import { signOut } from '../settings/sign-out.tsx';
import { Menu } from '../ui/menu.tsx';
import { isAtLeast } from './me.ts';

/** What belongs to the person: account, settings, keys, the way out. */
export function AccountMenu({ me }: { me: Me }) {
  const navigate = useNavigate();
  const go = (to: string) => () => navigate(to);
  const audit = isAtLeast(me.role, 'admin') ? [{ label: 'Audit log', onSelect: go('/audit') }] : [];
  return (
    <Menu
      label={`Account of ${me.user.name}`}
      className="border border-line bg-surface"
      heading={
        <>
          <span className="block truncate font-semibold">{me.user.name}</span>
          <span className="block truncate text-[12px] text-muted">{me.user.email}</span>
        </>
      }
      items={[
        { label: 'Account', onSelect: go('/account') },
        { label: 'API keys', onSelect: go('/keys') },
        ...audit,
        { label: 'Settings', onSelect: go('/settings') },
        { label: 'Sign out', onSelect: () => void signOut(), apart: true },
      ]}
    >
      <span aria-hidden="true" className="font-semibold uppercase text-accent">
        {initial(me.user.name)}
      </span>
    </Menu>
  );
}

function initial(name: string): string {
  return [...name.trim()][0] ?? '?';
}
