import type { CreateProject, CreateSpec, UpdateProject } from '@specwright/protocol/api.ts';
import type { ProjectMembers } from '@specwright/protocol/people-api.ts';
import { isStartIntent, type StartIntent, startCall } from '../phase-start/start-intents.ts';
import type { Call } from '../server/api.ts';

export type ProjectIntent =
  | { intent: 'create-project'; project: CreateProject }
  | { intent: 'update-project'; projectId: string; changes: UpdateProject }
  | { intent: 'delete-project'; projectId: string }
  | { intent: 'set-access'; projectId: string; access: ProjectMembers }
  | { intent: 'create-spec'; projectId: string; spec: CreateSpec }
  | { intent: 'import-spec'; projectId: string; markdown: string; as: 'spec' | 'tasks' }
  | { intent: 'import-tasks'; projectId: string; path: string }
  | StartIntent;

/** The API call behind each wish about projects. */
export function projectCall(wish: ProjectIntent): Call {
  if (isStartIntent(wish)) return startCall(wish);
  switch (wish.intent) {
    case 'create-project':
      return { method: 'POST', path: '/api/projects', body: wish.project };
    case 'update-project':
      return { method: 'PATCH', path: `/api/projects/${encodeURIComponent(wish.projectId)}`, body: wish.changes };
    case 'delete-project':
      return { method: 'DELETE', path: `/api/projects/${encodeURIComponent(wish.projectId)}?stop=true` };
    case 'set-access':
      return { method: 'PUT', path: `/api/projects/${encodeURIComponent(wish.projectId)}/members`, body: wish.access };
    case 'create-spec':
      return { method: 'POST', path: `/api/projects/${encodeURIComponent(wish.projectId)}/specs`, body: wish.spec };
    case 'import-spec':
      return {
        method: 'POST',
        path: `/api/projects/${encodeURIComponent(wish.projectId)}/specs/import`,
        body: { markdown: wish.markdown, as: wish.as },
      };
    case 'import-tasks':
      return {
        method: 'POST',
        path: `/api/projects/${encodeURIComponent(wish.projectId)}/specs/import-tasks`,
        body: { path: wish.path },
      };
  }
}
