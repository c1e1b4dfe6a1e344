import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Page } from '@specwright/protocol/api.ts';
import type { ApiKey } from '@specwright/protocol/people-api.ts';
import { type KeyIntent, keyCall } from '../keys/key-intents.ts';
import { KeysPage } from '../keys/keys-page.tsx';
import { perform, read } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'API keys · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  return { keys: (await read<Page<ApiKey>>(args, '/api/api-keys')).items };
}

export async function action(args: ActionFunctionArgs) {
  return perform(args, keyCall((await args.request.json()) as KeyIntent));
}

export default function KeysRoute() {
  return <KeysPage {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
