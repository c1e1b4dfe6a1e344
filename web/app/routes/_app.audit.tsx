import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page } from '@specwright/protocol/api.ts';
import type { AuditEntry } from '@specwright/protocol/people-api.ts';
import { filterIn, queryOf } from '../audit/audit-filter.ts';
import { AuditPage } from '../audit/audit-page.tsx';
import { read } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'Audit log · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  const filter = filterIn(new URL(args.request.url).searchParams);
  const query = queryOf(filter);
  const entries = await read<Page<AuditEntry>>(args, `/api/audit?${query}${query ? '&' : ''}limit=50`);
  return { filter, entries };
}

export default function AuditRoute() {
  const { filter, entries } = useLoaderData<typeof loader>();
  return <AuditPage key={JSON.stringify(filter)} filter={filter} entries={entries as unknown as Page<AuditEntry>} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
