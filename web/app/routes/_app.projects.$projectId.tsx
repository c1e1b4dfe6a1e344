import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page, Project, RunSummary, SpecSummary } from '@specwright/protocol/api.ts';
import type { Member, ProjectMembers } from '@specwright/protocol/people-api.ts';
import { type ProjectIntent, projectCall } from '../project/project-intents.ts';
import { ProjectPage } from '../project/project-page.tsx';
import { perform, read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { notAfter } from '../ui/not-after.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.project.name ?? 'Project'} · Specwright` }];

export async function loader(args: LoaderFunctionArgs) {
  const id = encodeURIComponent(args.params.projectId ?? '');
  const [project, specs, runs, phases, access, members] = await Promise.all([
    read<Project>(args, `/api/projects/${id}`),
    read<Page<SpecSummary>>(args, `/api/projects/${id}/specs?limit=100`),
    readOptional<Page<RunSummary>>(args, `/api/runs?projectId=${id}&limit=20`),
    readOptional<Page<RunSummary>>(args, `/api/runs?specId=phase:${id}&limit=1`),
    readOptional<ProjectMembers>(args, `/api/projects/${id}/members`),
    readOptional<Page<Member>>(args, '/api/organisation/members'),
  ]);
  const none = { items: [], nextCursor: null };
  return { project, specs, runs: runs ?? none, phase: phases?.items[0] ?? null, access, members: members?.items ?? [] };
}

export const shouldRevalidate = notAfter('delete-project');

export async function action(args: ActionFunctionArgs) {
  return perform(args, projectCall((await args.request.json()) as ProjectIntent));
}

export default function ProjectRoute() {
  const data = useLoaderData<typeof loader>();
  return <ProjectPage key={data.project.id} {...data} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
