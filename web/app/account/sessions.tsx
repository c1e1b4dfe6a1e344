import type { SessionInfo } from '@specwright/protocol/people-api.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty, Panel } from '../ui/surface.tsx';
import { Ago } from '../ui/time.tsx';
import { useSend } from '../ui/use-send.ts';
import type { AccountIntent } from './account-intents.ts';
import { browserOf } from './browser-of.ts';

/** Where this person is signed in; each can be ended, or all but this one. */
export function Sessions({ sessions }: { sessions: SessionInfo[] | null }) {
  const { send, pending } = useSend<AccountIntent>('/account');
  const [asking, setAsking] = useState(false);
  const others = sessions?.filter((session) => !session.current).length ?? 0;
  return (
    <Panel
      id="sessions-heading"
      title="Signed in"
      flush
      aside={
        others > 0 ? (
          <Button small onClick={() => setAsking(true)}>
            Sign out everywhere else
          </Button>
        ) : null
      }
    >
      {sessions === null ? <Empty title="The sessions could not be read">Reload the page to try again.</Empty> : null}
      <ul className="divide-y divide-line">
        {sessions?.map((session) => (
          <li key={session.id} data-testid="session" className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
            <div className="min-w-0">
              <p className="break-words">
                {browserOf(session.userAgent)}
                {session.current ? <span className="ml-2 rounded bg-accent-soft px-1.5 text-[12px] text-accent">this one</span> : null}
              </p>
              <p className="text-[12px] text-faint">
                {session.address ?? 'address unknown'} · signed in <Ago at={session.createdAt} /> · seen <Ago at={session.lastSeenAt} />
              </p>
            </div>
            {session.current ? null : (
              <Button
                small
                pending={pending}
                aria-label={`End the session of ${browserOf(session.userAgent)}`}
                onClick={() => send({ intent: 'end-session', sessionId: session.id }, { done: 'That session is ended' })}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Sign out everywhere else?"
        action="Sign out there"
        pending={pending}
        onConfirm={() => send({ intent: 'end-others' }, { done: 'Every other session is ended', onDone: () => setAsking(false) })}
      >
        {others === 1 ? 'One other session is' : `${others} other sessions are`} ended at once. This browser stays signed in.
      </Confirm>
    </Panel>
  );
}
