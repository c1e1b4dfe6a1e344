import type { Me } from '@specwright/protocol/api.ts';
import { useState } from 'react';
import { ButtonLink } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Panel } from '../ui/surface.tsx';
import { SignOut } from './sign-out.tsx';
import { chooseTheme, type Theme } from './theme.ts';

export function Settings({ me, theme }: { me: Me; theme: Theme }) {
  const [chosen, setChosen] = useState(theme);
  const choose = (next: Theme) => {
    setChosen(next);
    chooseTheme(next);
  };
  return (
    <main className="mx-auto grid max-w-[640px] gap-4">
      <h1 className="text-[20px] font-semibold tracking-tight">Settings</h1>
      <Panel id="appearance" title="Appearance">
        <Choice
          label="Theme"
          value={chosen}
          onChange={choose}
          options={[
            { value: 'dark', label: 'Dark' },
            { value: 'light', label: 'Light' },
            { value: 'system', label: 'System' },
          ]}
        />
        <p className="text-[12px] text-faint">Kept in this browser. Press ? anywhere for the keys.</p>
      </Panel>
      <Panel id="account" title="Account">
        <dl className="grid grid-cols-[120px_1fr] gap-y-1.5">
          <dt className="text-muted">Name</dt>
          <dd className="break-words">{me.user.name}</dd>
          <dt className="text-muted">Email</dt>
          <dd className="break-words">{me.user.email}</dd>
          <dt className="text-muted">Organisation</dt>
          <dd className="break-words">{me.organisation?.name}</dd>
          <dt className="text-muted">Role</dt>
          <dd>{me.role}</dd>
          <dt className="text-muted">Build</dt>
          <dd className="break-all text-faint">{me.build}</dd>
        </dl>
        <div className="mt-4 flex flex-wrap gap-2 border-t border-line pt-4">
          <ButtonLink to="/account">Name, password, sessions</ButtonLink>
          <SignOut />
        </div>
      </Panel>
    </main>
  );
}
