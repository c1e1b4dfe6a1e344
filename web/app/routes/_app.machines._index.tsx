import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { MachineList } from '../machines/machine-list.tsx';
import { read } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'Machines · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  return { machines: (await read<Page<RunnerInfo>>(args, '/api/runners')).items };
}

export default function MachinesRoute() {
  return <MachineList {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
