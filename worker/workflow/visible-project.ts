import type { Project } from '@specwright/protocol/api.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { findProject } from '../store/projects.ts';
import { hiddenProjects } from '../store/visible.ts';

/** The project that a body names, if the caller may see it: the guard knows those of a path alone. */
export async function visibleProject(env: WorkerEnv, caller: Caller, projectId: string): Promise<Project | null> {
  const [project, hidden] = await Promise.all([findProject(env.DB, caller.organisationId, projectId), hiddenProjects(env.DB, caller)]);
  return project && !hidden.has(project.id) ? project : null;
}
