import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { Icon } from '../ui/icon.tsx';

interface EventDetailsProps {
  event: StoredEvent | undefined;
  onClose: () => void;
  onAt: (at: number | null) => void;
}

/** The chosen event in full, as it is stored. */
export function EventDetails({ event, onClose, onAt }: EventDetailsProps) {
  if (!event) return null;
  const json = JSON.stringify(event, null, 2);
  return (
    <section
      aria-label={`Event ${event.seq}`}
      className="max-h-[45%] shrink-0 overflow-auto border-t border-line-strong bg-surface text-[12px]"
    >
      <header className="sticky top-0 flex flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-1.5">
        <span className="font-semibold">
          #{event.seq} {event.kind}
        </span>
        <time className="text-faint" dateTime={new Date(event.at).toISOString()}>
          {new Date(event.at).toISOString()}
        </time>
        <span className="ml-auto flex items-center gap-2">
          <CopyText text={json} shown="JSON" />
          <Button small onClick={() => onAt(event.seq)}>
            Show the page here
          </Button>
          <Button small kind="ghost" onClick={onClose} aria-label="Close the event">
            <Icon name="cross" />
          </Button>
        </span>
      </header>
      <pre className="whitespace-pre-wrap break-words p-3 text-muted">{json}</pre>
    </section>
  );
}
