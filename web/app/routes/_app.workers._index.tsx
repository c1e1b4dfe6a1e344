import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { type ShouldRevalidateFunctionArgs, useLoaderData } from '@remix-run/react';
import type { Page, Project } from '@specwright/protocol/api.ts';
import type { WorkersPage as FirstPage, QueuePage } from '@specwright/protocol/workers-api.ts';
import { read } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { WorkersPage } from '../workers/workers-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Workers · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  const [page, queue, projects] = await Promise.all([
    read<FirstPage>(args, '/api/workers'),
    read<QueuePage>(args, '/api/queue'),
    read<Page<Project>>(args, '/api/projects?limit=100'),
  ]);
  const names = projects.items.map(({ id, name, archivedAt }) => ({ id, name, archivedAt }));
  return { page, queue: queue.items, projects: names };
}

/** All comes by socket: a queue of hundreds is not read again each time something on another page is. */
export function shouldRevalidate({ currentUrl, nextUrl }: ShouldRevalidateFunctionArgs) {
  return currentUrl.pathname !== nextUrl.pathname;
}

export default function WorkersRoute() {
  return <WorkersPage {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
