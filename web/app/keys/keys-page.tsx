import type { ApiKey } from '@specwright/protocol/people-api.ts';
import { useMay } from '../shell/me.ts';
import { PageHead } from '../ui/page-head.tsx';
import { KeyPanel } from './key-panel.tsx';

/** One's own keys, and for admins those of the organisation's services. */
export function KeysPage({ keys }: { keys: ApiKey[] }) {
  const admin = useMay('admin');
  return (
    <main className="mx-auto grid max-w-[860px] grid-cols-1 gap-4">
      <PageHead title="API keys" lead="For scripts, CI and other programs. A key’s secret is shown once, when it is made." />
      {admin ? <KeyPanel keys={keys.filter((key) => key.kind === 'service')} kind="service" title="Service keys" /> : null}
      <KeyPanel keys={keys.filter((key) => key.kind === 'person')} kind="person" title="My keys" />
    </main>
  );
}
