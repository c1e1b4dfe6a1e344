import { useEffect, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { ButtonLink, Spinner } from '../ui/button.tsx';
import { useSend } from '../ui/use-send.ts';
import { DoorCard, DoorFrame } from './door-frame.tsx';
import { useFragmentToken } from './fragment-token.ts';

/** Confirms an address by the link of a letter, and signs in; a link that is opened once more only says that it is confirmed. */
export function Verify() {
  const token = useFragmentToken();
  const { send } = useSend<{ intent: 'verify'; token: string }>('/verify');
  const [refused, setRefused] = useState<Refused | null>(null);
  useEffect(() => {
    if (token)
      send(
        { intent: 'verify', token },
        {
          onRefused: setRefused,
          onDone: ({ signedIn }: { signedIn: boolean }) => location.assign(signedIn ? '/' : '/sign-in?done=verified'),
        },
      );
  }, [send, token]);
  const problem = token === null ? 'This page needs the whole link of the mail.' : (refused?.message ?? null);
  return (
    <DoorFrame title="Confirm your address">
      <DoorCard>
        {problem ? (
          <>
            <p role="alert">{problem}</p>
            <p className="mt-2 text-muted">Sign in with your password: an address that is not confirmed gets a new link.</p>
            <div className="mt-4">
              <ButtonLink to="/sign-in">Go to the sign-in</ButtonLink>
            </div>
          </>
        ) : (
          <p className="flex items-center gap-2 text-muted" role="status">
            <Spinner /> Confirming…
          </p>
        )}
      </DoorCard>
    </DoorFrame>
  );
}
