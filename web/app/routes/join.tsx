import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import { askApi, cookiesOf, outcomeOf, readPublic } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { besideField } from '../sign-in/form-refusal.ts';
import { Join } from '../sign-in/join.tsx';
import { type JoinIntent, joinCall } from '../sign-in/join-intents.ts';

export const meta: MetaFunction = () => [{ title: 'Join · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  const me = await readPublic<Me>(args, '/api/me');
  return { me: me ? { name: me.user.name, email: me.user.email } : null };
}

/** Signing in here must not draw the page anew for somebody who is signed in: the acceptance follows at once. */
export function shouldRevalidate() {
  return false;
}

export async function action(args: ActionFunctionArgs) {
  const { method, path, body, headers } = joinCall((await args.request.json()) as JoinIntent);
  const response = await askApi(args, path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const outcome = await outcomeOf(response);
  return data(outcome.ok ? outcome : { ok: false, error: besideField(outcome.error) }, { headers: cookiesOf(response) });
}

export default function JoinRoute() {
  return <Join {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
