import { type ReactNode, Suspense, useEffect, useState } from 'react';

/**
 * Around a part whose code is read only where it is shown (`lazy`). It comes after the page is awake: an update (a socket's
 * frame, a timer) may not meet a part that is still being woken.
 */
export function Later({ fallback, children }: { fallback: ReactNode; children: ReactNode }) {
  const [awake, setAwake] = useState(false);
  useEffect(() => setAwake(true), []);
  return awake ? <Suspense fallback={fallback}>{children}</Suspense> : fallback;
}
