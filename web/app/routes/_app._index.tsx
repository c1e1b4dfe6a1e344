import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page, Project, RunSummary } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { Dashboard } from '../dashboard/dashboard.tsx';
import { type ProjectIntent, projectCall } from '../project/project-intents.ts';
import { perform, read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'Projects · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  const [projects, runs, phases, runners] = await Promise.all([
    read<Page<Project>>(args, '/api/projects?limit=100'),
    readOptional<Page<RunSummary>>(args, '/api/runs?limit=12'),
    readOptional<Page<RunSummary>>(args, '/api/runs?phases=latest'),
    readOptional<Page<RunnerInfo>>(args, '/api/runners'),
  ]);
  return { projects, runs: runs?.items ?? [], phases: phases?.items ?? [], runners: runners?.items ?? [] };
}

export async function action(args: ActionFunctionArgs) {
  return perform(args, projectCall((await args.request.json()) as ProjectIntent));
}

export default function DashboardRoute() {
  return <Dashboard {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
