import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Me, Page } from '@specwright/protocol/api.ts';
import type { ApiKey, SessionInfo } from '@specwright/protocol/people-api.ts';
import { type AccountIntent, accountCall } from '../account/account-intents.ts';
import { AccountPage } from '../account/account-page.tsx';
import { perform, read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'Account · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  const [me, sessions, keys] = await Promise.all([
    read<Me>(args, '/api/me'),
    readOptional<Page<SessionInfo>>(args, '/api/me/sessions'),
    readOptional<Page<ApiKey>>(args, '/api/api-keys'),
  ]);
  return { me, sessions, keys };
}

export async function action(args: ActionFunctionArgs) {
  return perform(args, accountCall((await args.request.json()) as AccountIntent));
}

export default function AccountRoute() {
  return <AccountPage {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
