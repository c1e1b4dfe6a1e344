import { type LoaderFunctionArgs, redirect } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Me, Page, Project, RunSummary } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import type { WorkersPage } from '@specwright/protocol/workers-api.ts';
import { read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { Shell } from '../shell/shell.tsx';
import { nextPage, withNext } from '../sign-in/next-page.ts';

export async function loader(args: LoaderFunctionArgs) {
  const [me, projects, runs, runners, workers] = await Promise.all([
    read<Me>(args, '/api/me'),
    readOptional<Page<Project>>(args, '/api/projects?limit=100'),
    readOptional<Page<RunSummary>>(args, '/api/runs?limit=30'),
    readOptional<Page<RunnerInfo>>(args, '/api/runners'),
    readOptional<WorkersPage>(args, '/api/workers'),
  ]);
  if (me.organisation === null) throw redirect(withNext('/welcome', pathOf(args.request)));
  const slots = workers ? { ...workers, items: [] } : NO_WORKERS;
  return { me, projects: projects?.items ?? [], runs: runs?.items ?? [], runners: runners?.items ?? [], slots };
}

const NO_WORKERS: WorkersPage = { items: [], nextCursor: null, active: 0, max: 0, warning: null, projects: [], organisationMax: 0 };

function pathOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return nextPage(pathname + search);
}

export default function AppRoute() {
  return <Shell {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
