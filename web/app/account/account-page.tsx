import type { Me, Page } from '@specwright/protocol/api.ts';
import type { ApiKey, SessionInfo } from '@specwright/protocol/people-api.ts';
import { KeyPanel } from '../keys/key-panel.tsx';
import { SignOut } from '../settings/sign-out.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { NameForm } from './name-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { Sessions } from './sessions.tsx';

interface AccountPageProps {
  me: Me;
  sessions: Page<SessionInfo> | null;
  keys: Page<ApiKey> | null;
}

/** What a person sets for themself: name, password, where they are signed in, their keys. */
export function AccountPage({ me, sessions, keys }: AccountPageProps) {
  return (
    <main className="mx-auto grid max-w-[760px] grid-cols-1 gap-4">
      <PageHead title="Account" lead={me.user.email}>
        <SignOut />
      </PageHead>
      <NameForm key={me.user.name} name={me.user.name} />
      <Sessions sessions={sessions?.items ?? null} />
      <PasswordForm email={me.user.email} />
      <KeyPanel keys={keys?.items.filter((key) => key.kind === 'person') ?? null} kind="person" title="My API keys" />
    </main>
  );
}
