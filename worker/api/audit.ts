import type { AuditEntry } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { auditFilterSchema, auditQuerySchema, listAudit } from '../store/audit.ts';
import { pageOf } from '../store/page.ts';
import { csvOf } from './audit-csv.ts';

/** Rows of one file; narrower filters give the rest. */
const CSV_ROWS = 10_000;

export const audit = new Hono<App>()
  .get('/api/audit', query(auditQuerySchema), async (c) => {
    const page = c.req.valid('query');
    return c.json(pageOf<AuditEntry>(await listAudit(c.env.DB, c.get('caller').organisationId, page), page.limit));
  })
  .get('/api/audit.csv', query(auditFilterSchema), async (c) => {
    const entries = await listAudit(c.env.DB, c.get('caller').organisationId, { ...c.req.valid('query'), limit: CSV_ROWS - 1 });
    c.header('content-type', 'text/csv; charset=utf-8');
    c.header('content-disposition', 'attachment; filename="audit.csv"');
    return c.body(csvOf(entries));
  });
