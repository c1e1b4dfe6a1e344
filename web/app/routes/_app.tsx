import type { LoaderFunctionArgs } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Me, Page, Project, Runner, RunSummary } from '@specwright/protocol/api.ts';
import { read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { Shell } from '../shell/shell.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const [me, projects, runs, runners] = await Promise.all([
    read<Me>(args, '/api/me'),
    readOptional<Page<Project>>(args, '/api/projects?limit=100'),
    readOptional<Page<RunSummary>>(args, '/api/runs?limit=30'),
    readOptional<Page<Runner>>(args, '/api/runners'),
  ]);
  return { me, projects: projects?.items ?? [], runs: runs?.items ?? [], runners: runners?.items ?? [] };
}

export default function AppRoute() {
  return <Shell {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
