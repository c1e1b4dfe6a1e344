import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page, Project } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { type MachineIntent, machineCall } from '../machines/machine-intents.ts';
import { MachinePage } from '../machines/machine-page.tsx';
import { perform, read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { notAfter } from '../ui/not-after.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.machine.name ?? 'Machine'} · Specwright` }];

export async function loader(args: LoaderFunctionArgs) {
  const [machine, projects] = await Promise.all([
    read<RunnerInfo>(args, `/api/runners/${encodeURIComponent(args.params.runnerId ?? '')}`),
    readOptional<Page<Project>>(args, '/api/projects?limit=100'),
  ]);
  return { machine, projects: projects?.items ?? [] };
}

export const shouldRevalidate = notAfter('revoke-machine');

export async function action(args: ActionFunctionArgs) {
  return perform(args, machineCall((await args.request.json()) as MachineIntent));
}

export default function MachineRoute() {
  const data = useLoaderData<typeof loader>();
  return <MachinePage key={data.machine.id} {...data} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
