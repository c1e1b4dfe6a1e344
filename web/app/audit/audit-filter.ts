/** The filters as they stand in the page's address; dates as "2026-11-21", days of UTC. */
export interface AuditFilter {
  actor: string;
  action: string;
  target: string;
  from: string;
  to: string;
}

export function filterIn(params: URLSearchParams): AuditFilter {
  const text = (name: string) => params.get(name)?.trim() ?? '';
  return { actor: text('actor'), action: text('action'), target: text('target'), from: text('from'), to: text('to') };
}

const DAY_MS = 86_400_000;

/** The same as a query of the API, where times are Unix milliseconds and the last day counts whole. */
export function queryOf({ actor, action, target, from, to }: AuditFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ actor, action, target })) if (value) query.set(name, value);
  const [since, until] = [Date.parse(from), Date.parse(to)];
  if (!Number.isNaN(since)) query.set('from', String(since));
  if (!Number.isNaN(until)) query.set('to', String(until + DAY_MS));
  return query.toString();
}

export function isFiltered(filter: AuditFilter): boolean {
  return Object.values(filter).some((value) => value !== '');
}
