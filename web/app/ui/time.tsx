import { useEffect, useState } from 'react';
import { formatAgo, formatDuration, formatSpan } from './format.ts';

/** The clock of this page; null while the server's HTML stands, so that both sides draw the same. */
export function useNow(everyMs: number): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function Ago({ at }: { at: number }) {
  const now = useNow(30_000);
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso} className="whitespace-nowrap">
      {now === null ? iso.slice(0, 10) : formatAgo(at, now)}
    </time>
  );
}

/** A span that grows while `since` stands. */
export function Elapsed({ baseMs, since }: { baseMs: number; since: number | null }) {
  const now = useNow(1000);
  const open = since === null || now === null ? 0 : Math.max(0, now - since);
  const total = baseMs + open;
  return <span className="tabular-nums">{formatDuration(since === null ? total : Math.floor(total / 1000) * 1000)}</span>;
}

/** When something ends: "ends in 5 d", "ended". */
export function Until({ at }: { at: number }) {
  const now = useNow(30_000);
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso} className="whitespace-nowrap">
      {now === null ? `ends ${iso.slice(0, 10)}` : at <= now ? 'ended' : `ends in ${formatSpan(at - now)}`}
    </time>
  );
}
