import { useSearchParams } from '@remix-run/react';
import type { Invitation, Role } from '@specwright/protocol/people-api.ts';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { RoleBadge } from '../ui/role-badge.tsx';
import { Empty, Panel } from '../ui/surface.tsx';
import { Until } from '../ui/time.tsx';
import { useSend } from '../ui/use-send.ts';
import { Invite } from './invite.tsx';
import type { OrganisationIntent } from './organisation-intents.ts';

interface InvitationPanelProps {
  /** Null: they could not be read. */
  invitations: Invitation[] | null;
  role: Role | null;
}

/** Invitations that nobody accepted yet. */
export function InvitationPanel({ invitations, role }: InvitationPanelProps) {
  const [inviting, setInviting] = useInviteDialog();
  const [withdrawing, setWithdrawing] = useState<Invitation | null>(null);
  const { send, pending } = useSend<OrganisationIntent>('/organisation');
  const invite = (
    <Button small kind="primary" onClick={() => setInviting(true)}>
      + Invite
    </Button>
  );
  return (
    <Panel id="invitations-heading" title="Invitations" flush aside={invitations && invitations.length > 0 ? invite : null}>
      {invitations === null ? <Empty title="The invitations could not be read">Reload the page to try again.</Empty> : null}
      {invitations?.length === 0 ? (
        <Empty title="Nobody is invited" action={invite}>
          An invitation is a link that works once. It goes by mail, or you hand it on.
        </Empty>
      ) : null}
      <ul className="divide-y divide-line">
        {invitations?.map((invitation) => (
          <li
            key={invitation.id}
            data-testid="invitation"
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5"
          >
            <div className="min-w-0">
              <p className="break-all">{invitation.email ?? 'whoever has the link'}</p>
              <p className="text-[12px] text-faint">
                by {invitation.invitedBy} · <Until at={invitation.expiresAt} />
              </p>
            </div>
            <div className="flex items-center gap-3">
              <RoleBadge role={invitation.role} />
              <Button
                small
                aria-label={`Withdraw the invitation of ${invitation.email ?? 'whoever has the link'}`}
                onClick={() => setWithdrawing(invitation)}
              >
                Withdraw
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <Invite open={inviting} role={role} onClose={() => setInviting(false)} />
      <Confirm
        open={withdrawing !== null}
        onClose={() => setWithdrawing(null)}
        title="Withdraw this invitation?"
        action="Withdraw"
        pending={pending}
        onConfirm={() =>
          send(
            { intent: 'withdraw', invitationId: withdrawing?.id ?? '' },
            { done: 'The invitation is withdrawn', onDone: () => setWithdrawing(null) },
          )
        }
      >
        Its link stops working at once.
      </Confirm>
    </Panel>
  );
}

/** Opened by the button, or by ?invite=1 from the palette. */
function useInviteDialog(): [boolean, (open: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (params.get('invite') === null) return;
    setOpen(true);
    setParams({}, { replace: true });
  }, [params, setParams]);
  return [open, setOpen];
}
