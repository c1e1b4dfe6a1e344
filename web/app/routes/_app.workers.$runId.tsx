import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Project, RunView } from '@specwright/protocol/api.ts';
import type { WorkerInfo } from '@specwright/protocol/workers-api.ts';
import { read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { WorkerPage } from '../workers/worker-page.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `Worker: ${data?.view.state.specTitle ?? 'a spec'} · Specwright` },
];

export async function loader(args: LoaderFunctionArgs) {
  const runId = encodeURIComponent(args.params.runId ?? '');
  const [view, worker] = await Promise.all([
    read<RunView>(args, `/api/runs/${runId}`),
    readOptional<WorkerInfo>(args, `/api/workers/${runId}`),
  ]);
  const project = await readOptional<Project>(args, `/api/projects/${view.state.projectId}`);
  return { view, worker, projectName: project?.name ?? 'project' };
}

export default function WorkerRoute() {
  const { view, worker, projectName } = useLoaderData<typeof loader>();
  return <WorkerPage key={view.state.id} view={view as RunView} worker={worker} projectName={projectName} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
