import { isRefusal } from '@specwright/protocol/error-code.ts';
import { importTasksSchema } from '@specwright/protocol/workflow-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { importSpec } from '../spec-file/import-spec.ts';
import { parseTaskText } from '../spec-file/read-task-text.ts';
import { refuseFile } from '../spec-file/refuse-file.ts';
import { findProject } from '../store/projects.ts';
import { findSpec, specView } from '../store/specs.ts';
import { askMachine } from '../workflow/ask-machine.ts';
import { ARCHIVED } from './projects.project-id.specs.ts';

/** Makes a spec of a task file, or of a phase's folder, as it is committed in the project's repository, which a machine that serves it reads. */
export const projectSpecsImportTasks = new Hono<App>().post(
  '/api/projects/:projectId/specs/import-tasks',
  body(importTasksSchema),
  async (c) => {
    const caller = c.get('caller');
    const project = await findProject(c.env.DB, caller.organisationId, c.req.param('projectId'));
    if (!project) return absent(c);
    if (project.archivedAt !== null) return refused(c, ARCHIVED);
    const answer = await askMachine(c.env, caller, project, { kind: 'task_file', path: c.req.valid('json').path });
    if (isRefusal(answer)) return refused(c, answer);
    const { path, text } = answer.found;
    const parsed = parseTaskText(answer.found);
    if (!parsed.ok) return refused(c, refuseFile(parsed.problems));
    const id = await importSpec(c.env.DB, caller, project.id, {
      spec: parsed.spec,
      markdown: null,
      tasks: text === '' ? null : { path, text },
    });
    const row = await findSpec(c.env.DB, caller.organisationId, id);
    return row ? c.json(await specView(c.env.DB, row), 201) : absent(c);
  },
);
