import type { RunState } from '@specwright/protocol/run-state.ts';
import { useEffect, useRef } from 'react';
import { toast } from 'sonner';
import { asksPerson, attentionOf, standsFor } from './phase-outlook.ts';

const MARK = '● ';

/** While a phase waits for a person, the page's title says so, for whoever looks at another tab; its beginning is told once. */
export function useWaitingTitle(run: RunState): void {
  const attention = attentionOf(run);
  const asks = asksPerson(attention);
  const said = standsFor(attention);
  const before = useRef(asks);
  useEffect(() => {
    if (asks && !before.current) toast(`${run.specTitle}: ${said}`);
    before.current = asks;
  }, [asks, said, run.specTitle]);
  useEffect(() => {
    if (!asks) return;
    const title = document.title;
    document.title = `${MARK}${said} · ${title}`;
    return () => {
      if (document.title.startsWith(MARK)) document.title = title;
    };
  }, [asks, said]);
}
