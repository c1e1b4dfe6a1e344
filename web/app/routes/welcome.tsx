import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import { perform, read } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { nextPage } from '../sign-in/next-page.ts';
import { Welcome } from '../sign-in/welcome.tsx';

export const meta: MetaFunction = () => [{ title: 'New organisation · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  return { me: await read<Me>(args, '/api/me'), next: nextPage(new URL(args.request.url).searchParams.get('next')) };
}

export async function action(args: ActionFunctionArgs) {
  const { name } = (await args.request.json()) as { name: string };
  return perform(args, { method: 'POST', path: '/api/organisations', body: { name } });
}

/** The page is left by a full load: what it shows must not turn before. */
export function shouldRevalidate() {
  return false;
}

export default function WelcomeRoute() {
  return <Welcome {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
