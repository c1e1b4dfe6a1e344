import { Link } from '@remix-run/react';
import type { RegistrationToken } from '@specwright/protocol/runners-api.ts';
import { Button } from '../ui/button.tsx';
import { Ago, Until } from '../ui/time.tsx';
import { useSend } from '../ui/use-send.ts';
import type { MachineIntent } from './machine-intents.ts';

/** A token that was made: whether it was used, by which machine, when it ends. */
export function TokenRow({ token }: { token: RegistrationToken }) {
  const { send, pending } = useSend<MachineIntent>('/machines/add');
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2 text-[12px]">
      <span className="min-w-0 text-muted">
        by {token.createdBy}, <Ago at={token.createdAt} /> ·{' '}
        {token.usedAt === null ? (
          <Until at={token.expiresAt} />
        ) : (
          <>
            used <Ago at={token.usedAt} />{' '}
            {token.runnerId ? (
              <Link to={`/machines/${token.runnerId}`} className="text-accent underline underline-offset-2">
                by this machine
              </Link>
            ) : null}
          </>
        )}
      </span>
      {token.usedAt === null ? (
        <Button
          small
          pending={pending}
          onClick={() => send({ intent: 'delete-token', tokenId: token.id }, { done: 'The token is withdrawn' })}
        >
          Withdraw
        </Button>
      ) : null}
    </li>
  );
}
