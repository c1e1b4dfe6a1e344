import type { AuditEntry } from '@specwright/protocol/people-api.ts';
import { useNow } from '../ui/time.tsx';

const ACTORS = { person: '', key: 'key', runner: 'machine', system: 'system' };

/** One change: when, who, what, on what, from where, and what changed. */
export function AuditRow({ entry }: { entry: AuditEntry }) {
  const details = Object.entries(entry.details);
  return (
    <li data-testid="audit-entry" className="grid grid-cols-1 gap-x-4 px-4 py-2 sm:grid-cols-[11em_minmax(0,1fr)_auto]">
      <span className="text-[12px] text-faint sm:pt-px">
        <At at={entry.at} />
      </span>
      <div className="min-w-0">
        <p className="break-words [overflow-wrap:anywhere]">
          {entry.actor.name || entry.actor.id}
          {ACTORS[entry.actor.kind] ? <span className="text-faint"> ({ACTORS[entry.actor.kind]})</span> : null}{' '}
          <span className="text-accent">{entry.action}</span>
          {entry.target.id ? (
            <span className="text-muted" title={`${entry.target.kind} ${entry.target.id}`}>
              {' '}
              {entry.target.name ?? entry.target.id}
            </span>
          ) : null}
        </p>
        {details.length > 0 ? (
          <p className="break-words text-[12px] text-faint [overflow-wrap:anywhere]">
            {details.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' · ')}
          </p>
        ) : null}
      </div>
      <span className="break-all text-[12px] text-faint">{entry.address ?? ''}</span>
    </li>
  );
}

/** In the person's own zone, once the page is awake. */
function At({ at }: { at: number }) {
  const awake = useNow(3_600_000) !== null;
  const iso = new Date(at).toISOString();
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString();
  return (
    <time dateTime={iso} title={iso} className="whitespace-nowrap tabular-nums">
      {(awake ? local : iso).slice(0, 19).replace('T', ' ')}
    </time>
  );
}
