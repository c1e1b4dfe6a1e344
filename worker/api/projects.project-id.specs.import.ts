import { importSpecSchema } from '@specwright/protocol/api.ts';
import { parseSpecMarkdown } from '@specwright/protocol/spec-markdown.ts';
import { isTaskFile } from '@specwright/protocol/task-file/is-task-file.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { importSpec } from '../spec-file/import-spec.ts';
import { parseTaskText } from '../spec-file/read-task-text.ts';
import { refuseFile } from '../spec-file/refuse-file.ts';
import { findProject } from '../store/projects.ts';
import { findSpec, specView } from '../store/specs.ts';
import { ARCHIVED } from './projects.project-id.specs.ts';

/** Makes a spec of a SPEC.md or a task file; SPEC_INVALID names every problem with its line. */
export const projectSpecsImport = new Hono<App>().post('/api/projects/:projectId/specs/import', body(importSpecSchema), async (c) => {
  const { organisationId } = c.get('caller');
  const project = await findProject(c.env.DB, organisationId, c.req.param('projectId'));
  if (!project) return absent(c);
  if (project.archivedAt !== null) return refused(c, ARCHIVED);
  const { markdown, as = isTaskFile(markdown) ? 'tasks' : 'spec' } = c.req.valid('json');
  const tasks = as === 'tasks' ? { path: '', text: markdown } : null;
  const parsed = tasks ? parseTaskText({ ...tasks, beside: [] }) : parseSpecMarkdown(markdown);
  if (!parsed.ok) return refused(c, refuseFile(parsed.problems));
  const file = { spec: parsed.spec, markdown: tasks ? null : markdown, tasks };
  const id = await importSpec(c.env.DB, c.get('caller'), project.id, file);
  const row = await findSpec(c.env.DB, organisationId, id);
  return row ? c.json(await specView(c.env.DB, row), 201) : absent(c);
});
