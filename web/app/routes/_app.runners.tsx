import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page, Runner } from '@specwright/protocol/api.ts';
import { Machines } from '../runners/machines.tsx';
import { read } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'Machines · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  return { runners: (await read<Page<Runner>>(args, '/api/runners')).items };
}

export default function RunnersRoute() {
  return <Machines {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
