import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from 'react';

/**
 * A part whose code a page reads only when it shows it. It comes after the page is awake: an update (a socket's frame, a timer) may
 * not meet a part that is still being woken, and a part that shows itself is nothing for the server's HTML.
 */
export function later<P extends object>(load: () => Promise<{ default: ComponentType<P> }>, fallback: ReactNode): ComponentType<P> {
  const Part = lazy(load) as unknown as ComponentType<P>;
  return function Later(props: P) {
    const [awake, setAwake] = useState(false);
    useEffect(() => setAwake(true), []);
    if (!awake) return fallback;
    return (
      <Suspense fallback={fallback}>
        <Part {...props} />
      </Suspense>
    );
  };
}
