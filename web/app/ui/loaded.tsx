import { type ComponentType, type ReactNode, useEffect, useState } from 'react';

/** A component whose code is read when it is drawn first, and kept then. */
export interface LoadedPart<Props> {
  load: () => Promise<ComponentType<Props>>;
  known: ComponentType<Props> | null;
}

export function loadedPart<Props>(load: LoadedPart<Props>['load']): LoadedPart<Props> {
  return { load, known: null };
}

interface LoadedProps<Props> {
  part: LoadedPart<Props>;
  given: Props;
  fallback?: ReactNode;
}

/**
 * Draws such a part; until its code is here, and on the server, `fallback`. Without Suspense: where a live store (a socket's) changes while a
 * suspended part is drawn again, React 18 gives the whole page up ("Root did not complete").
 */
export function Loaded<Props extends object>({ part, given, fallback = null }: LoadedProps<Props>) {
  const [Part, setPart] = useState(() => part.known);
  useEffect(() => {
    let isGone = false;
    const show = (known: ComponentType<Props>) => {
      part.known = known;
      if (!isGone) setPart(() => known);
    };
    // A failure goes to the nearest error boundary, as if it were thrown where the part stands.
    const fail = (error: unknown) => {
      if (isGone) return;
      setPart(() => {
        throw error;
      });
    };
    if (part.known === null) part.load().then(show, fail);
    return () => {
      isGone = true;
    };
  }, [part]);
  return Part ? <Part {...given} /> : fallback;
}
