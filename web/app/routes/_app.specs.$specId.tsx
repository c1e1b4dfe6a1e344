import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page, Project, RunSummary, RunView, Spec } from '@specwright/protocol/api.ts';
import { perform, read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { type SpecIntent, specCall } from '../spec/spec-intents.ts';
import { SpecPage } from '../spec/spec-page.tsx';
import { notAfter } from '../ui/not-after.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.spec.title ?? 'Spec'} · Specwright` }];

export async function loader(args: LoaderFunctionArgs) {
  const specId = encodeURIComponent(args.params.specId ?? '');
  const [spec, runs] = await Promise.all([
    read<Spec>(args, `/api/specs/${specId}`),
    readOptional<Page<RunSummary>>(args, `/api/specs/${specId}/runs?limit=20`),
  ]);
  const runId = spec.latestRun?.id ?? runs?.items[0]?.id;
  const [project, view] = await Promise.all([
    readOptional<Project>(args, `/api/projects/${spec.projectId}`),
    runId ? readOptional<RunView>(args, `/api/runs/${runId}`) : null,
  ]);
  return { spec, project, runs: runs ?? { items: [], nextCursor: null }, view };
}

export const shouldRevalidate = notAfter('delete');

export async function action(args: ActionFunctionArgs) {
  return perform(args, specCall(args.params.specId ?? '', (await args.request.json()) as SpecIntent));
}

export default function SpecRoute() {
  const { spec, project, runs, view } = useLoaderData<typeof loader>();
  return <SpecPage key={spec.id} spec={spec} project={project} runs={runs} view={view as RunView | null} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
