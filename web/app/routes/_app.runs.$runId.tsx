import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { RunView } from '@specwright/protocol/api.ts';
import { type RunIntent, runCall } from '../run/run-intents.ts';
import { RunPage } from '../run/run-page.tsx';
import { perform, read } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `Run of ${data?.view.state.specTitle ?? 'a spec'} · Specwright` }];

export async function loader(args: LoaderFunctionArgs) {
  return { view: await read<RunView>(args, `/api/runs/${encodeURIComponent(args.params.runId ?? '')}`) };
}

export async function action(args: ActionFunctionArgs) {
  return perform(args, runCall(args.params.runId ?? '', (await args.request.json()) as RunIntent));
}

export default function RunRoute() {
  const { view } = useLoaderData<typeof loader>();
  return <RunPage key={view.state.id} view={view as RunView} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
