import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../ui/button.tsx';

/** Ends this browser's session; the page is left by a full load, so that nothing of it stays. */
export async function signOut(): Promise<boolean> {
  const response = await fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }).catch(() => null);
  if (response?.ok) location.assign('/sign-in');
  else toast.error('Signing out did not work. Is the server still running?');
  return response?.ok ?? false;
}

export function SignOut() {
  const [pending, setPending] = useState(false);
  const onClick = async () => {
    setPending(true);
    if (!(await signOut())) setPending(false);
  };
  return (
    <Button onClick={onClick} pending={pending}>
      Sign out
    </Button>
  );
}
