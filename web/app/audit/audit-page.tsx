import { Form, Link } from '@remix-run/react';
import type { Page } from '@specwright/protocol/api.ts';
import type { AuditEntry } from '@specwright/protocol/people-api.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { PlainField, PlainSelect } from '../ui/field.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ShowMore, useMore } from '../ui/show-more.tsx';
import { Empty, Panel } from '../ui/surface.tsx';
import { type AuditFilter, isFiltered, queryOf } from './audit-filter.ts';
import { AuditRow } from './audit-row.tsx';

interface AuditPageProps {
  filter: AuditFilter;
  entries: Page<AuditEntry>;
}

/** Who did what, when, from where: the newest first. */
export function AuditPage({ filter, entries: first }: AuditPageProps) {
  const query = queryOf(filter);
  const more = useMore(first, `/api/audit?${query}${query ? '&' : ''}limit=50`);
  return (
    <main className="grid grid-cols-1 gap-4">
      <PageHead title="Audit log" lead="Every change of people, roles, keys, machines and settings, and every start and stop.">
        <ButtonLink to={`/api/audit.csv${query ? `?${query}` : ''}`} reloadDocument download>
          Export CSV
        </ButtonLink>
      </PageHead>
      <Filters filter={filter} />
      <Panel id="entries-heading" title="Entries" flush>
        {more.items.length === 0 ? (
          <Empty title={isFiltered(filter) ? 'Nothing matches' : 'Nothing was changed yet'}>
            {isFiltered(filter) ? 'Widen the filters above.' : 'What people do in this organisation is listed here.'}
          </Empty>
        ) : (
          <ol className="divide-y divide-line">
            {more.items.map((entry) => (
              <AuditRow key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
        <ShowMore showMore={more.showMore} pending={more.pending} what="entries" />
      </Panel>
    </main>
  );
}

const NOUNS = [
  '',
  'api_key',
  'chunk',
  'device',
  'invitation',
  'member',
  'organisation',
  'person',
  'project',
  'run',
  'runner',
  'sign_in',
  'spec',
];

function Filters({ filter }: { filter: AuditFilter }) {
  return (
    <Form
      method="get"
      action="/audit"
      aria-label="Filters"
      className="grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:grid-cols-[repeat(5,minmax(0,1fr))_auto]"
    >
      <PlainField label="Who" name="actor" defaultValue={filter.actor} maxLength={200} autoComplete="off" placeholder="name" />
      <PlainSelect
        label="What"
        name="action"
        defaultValue={filter.action}
        options={NOUNS.map((noun) => ({ value: noun, label: noun ? noun.replace('_', ' ').replace('runner', 'machine') : 'everything' }))}
      />
      <PlainField label="On what" name="target" defaultValue={filter.target} maxLength={200} autoComplete="off" placeholder="name or id" />
      <PlainField label="From (UTC)" name="from" type="date" defaultValue={filter.from} />
      <PlainField label="To (UTC)" name="to" type="date" defaultValue={filter.to} />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" className="h-9">
          Filter
        </Button>
        {isFiltered(filter) ? (
          <Link to="/audit" className="inline-flex h-9 items-center px-1 text-muted underline underline-offset-2 hover:text-ink">
            Clear
          </Link>
        ) : null}
      </div>
    </Form>
  );
}
