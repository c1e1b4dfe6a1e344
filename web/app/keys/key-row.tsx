import type { ApiKey } from '@specwright/protocol/people-api.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Ago, Until } from '../ui/time.tsx';
import { useSend } from '../ui/use-send.ts';
import type { KeyIntent } from './key-intents.ts';

export function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { send, pending } = useSend<KeyIntent>('/keys');
  const [asking, setAsking] = useState(false);
  return (
    <li data-testid="api-key" className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0">
        <p className="break-words">
          {apiKey.name} <code className="ml-1 text-[12px] text-faint">{apiKey.start}…</code>
        </p>
        <p className="text-[12px] text-faint">
          {apiKey.role ? `${apiKey.role} · ` : ''}
          {apiKey.scopes.join(', ')} · {apiKey.lastUsedAt === null ? 'never used' : 'used '}
          {apiKey.lastUsedAt === null ? null : <Ago at={apiKey.lastUsedAt} />} ·{' '}
          {apiKey.expiresAt === null ? 'no end' : <Until at={apiKey.expiresAt} />} · by {apiKey.createdBy}
        </p>
      </div>
      <Button small kind="danger" aria-label={`Revoke ${apiKey.name}`} onClick={() => setAsking(true)}>
        Revoke
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Revoke this key?"
        action="Revoke key"
        pending={pending}
        onConfirm={() =>
          send({ intent: 'revoke-key', keyId: apiKey.id }, { done: `${apiKey.name} is revoked`, onDone: () => setAsking(false) })
        }
      >
        Whatever uses “{apiKey.name}” is refused from now on. This cannot be undone.
      </Confirm>
    </li>
  );
}
