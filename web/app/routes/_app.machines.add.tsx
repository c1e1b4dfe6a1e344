import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page } from '@specwright/protocol/api.ts';
import type { RegistrationToken, RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { AddMachine } from '../machines/add-machine.tsx';
import { type MachineIntent, machineCall } from '../machines/machine-intents.ts';
import { perform, read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'Add a machine · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  const [machines, tokens] = await Promise.all([
    read<Page<RunnerInfo>>(args, '/api/runners'),
    readOptional<Page<RegistrationToken>>(args, '/api/runners/registration-tokens'),
  ]);
  return { machines: machines.items, tokens: tokens?.items ?? null, origin: new URL(args.request.url).origin };
}

export async function action(args: ActionFunctionArgs) {
  return perform(args, machineCall((await args.request.json()) as MachineIntent));
}

export default function AddMachineRoute() {
  return <AddMachine {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
