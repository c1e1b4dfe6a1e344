import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Project, Spec } from '@specwright/protocol/api.ts';
import { type ApiClient, apiClient } from '../cli/client/api-client.ts';
import { buildWhenStale } from '../cli/local/build.ts';
import { openDataDirectory } from '../cli/local/data-directory.ts';
import { migrateWhenStale } from '../cli/local/migrate.ts';
import { startServer } from '../cli/local/server.ts';
import { freePort } from '../tests/support/deployment.ts';
import { specOf } from '../tests/support/repository.ts';

export interface BenchServer {
  client: ApiClient;
  stop(): Promise<void>;
}

/** The embedded server in this process, without a runner: the benchmark plays it. */
export async function benchServer(): Promise<BenchServer> {
  const data = openDataDirectory(join(mkdtempSync(join(tmpdir(), 'specwright-bench-')), 'data'));
  const { buildId } = await buildWhenStale(() => {});
  await migrateWhenStale(data);
  const server = await startServer(data, { port: await freePort(), buildId });
  return { client: apiClient(server.url, readFileSync(data.credentialFile, 'utf8').trim()), stop: server.stop };
}

/** A spec of so many independent chunks in a project of its own. */
export async function benchSpec(client: ApiClient, chunks: number): Promise<Spec> {
  const project = await client.post<Project>('/api/projects', {
    name: 'Bench',
    repository: { kind: 'path', path: '/nowhere', defaultBranch: null },
  });
  const keys = Array.from({ length: chunks }, (_value, index) => [`c${index}`, []] as [string, string[]]);
  return client.post<Spec>(`/api/projects/${project.id}/specs/import`, { markdown: specOf('Bench', Object.fromEntries(keys)) });
}
