import type { Chunk, Project, Spec, StartedRun } from '@specwright/protocol/api.ts';
import type { Client } from './front-door.ts';

export async function project(client: Client): Promise<Project> {
  const repository = { kind: 'path', path: '/somewhere', defaultBranch: null };
  return client.json<Project>('POST', '/api/projects', { body: { name: 'Project', repository } });
}

/** A spec of these chunks: "b: a" depends on a. */
export async function specOf(client: Client, ...chunks: string[]): Promise<Spec> {
  const { id } = await project(client);
  const spec = await client.json<Spec>('POST', `/api/projects/${id}/specs`, { body: { title: 'A spec', text: 'Some text.' } });
  const ids = new Map<string, string>();
  for (const line of chunks) {
    const [key = '', needs = ''] = line.split(':').map((part) => part.trim());
    const dependsOn = needs.split(' ').flatMap((need) => ids.get(need) ?? []);
    const body = { key, title: `Title of ${key}`, acceptanceCriteria: [`${key} works`], dependsOn };
    const chunk = await client.json<Chunk>('POST', `/api/specs/${spec.id}/chunks`, { body });
    ids.set(key, chunk.id);
  }
  return client.json<Spec>('GET', `/api/specs/${spec.id}`);
}

export async function startedRun(client: Client): Promise<{ projectId: string; specId: string; runId: string; chunkId: string }> {
  const spec = await specOf(client, 'a');
  const { runId } = await client.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`);
  return { projectId: spec.projectId, specId: spec.id, runId: runId ?? '', chunkId: spec.chunks[0]?.id ?? '' };
}
