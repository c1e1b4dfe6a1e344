import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useActionData, useLoaderData } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import { readPublic } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { type DoorRefusal, enter } from '../sign-in/door-actions.ts';
import { nextPage } from '../sign-in/next-page.ts';
import { readOptions } from '../sign-in/options.ts';
import { SignIn } from '../sign-in/sign-in.tsx';

export const meta: MetaFunction = () => [{ title: 'Sign in · Specwright' }];

const NOTES: Record<string, string> = {
  reset: 'Your password is changed. Sign in with it.',
  verified: 'Your address is confirmed. Sign in.',
};

export async function loader(args: LoaderFunctionArgs) {
  const params = new URL(args.request.url).searchParams;
  const [options, me] = await Promise.all([readOptions(args), readPublic<Me>(args, '/api/me')]);
  return { options, known: me?.user.name ?? null, next: nextPage(params.get('next')), note: NOTES[params.get('done') ?? ''] ?? null };
}

export async function action(args: ActionFunctionArgs) {
  const next = nextPage(new URL(args.request.url).searchParams.get('next'));
  const form = await args.request.formData();
  if (form.get('with') === 'github') {
    const body = { provider: 'github', callbackURL: next, errorCallbackURL: '/sign-in' };
    return enter(args, { method: 'POST', path: '/api/auth/sign-in/social', body }, next);
  }
  const body = { email: String(form.get('email') ?? '').trim(), password: String(form.get('password') ?? '') };
  return enter(args, { method: 'POST', path: '/api/auth/sign-in/email', body }, next);
}

export default function SignInRoute() {
  return <SignIn {...useLoaderData<typeof loader>()} refusal={useActionData<DoorRefusal>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
