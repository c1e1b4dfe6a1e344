import type { Connection } from '../live/run-socket.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/surface.tsx';

interface ConnectionLineProps {
  connection: Connection;
  onReconnect: () => void;
  what?: string;
}

/** Says so when the page is cut off, and when it has stopped trying. Nothing is missed: events are read again by number. */
export function ConnectionLine({ connection, onReconnect, what = 'The run goes' }: ConnectionLineProps) {
  if (connection === 'lost') {
    return (
      <Notice tone="warn" role="status" testId="connection">
        Connection lost. Reconnecting… {what} on without this page.
      </Notice>
    );
  }
  if (connection === 'given_up') {
    return (
      <Notice
        tone="bad"
        role="alert"
        testId="connection"
        action={
          <Button small onClick={onReconnect}>
            Reconnect
          </Button>
        }
      >
        The server has not answered for a while, so this page stopped trying. What you see may be old.
      </Notice>
    );
  }
  return null;
}
