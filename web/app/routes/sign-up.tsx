import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useActionData, useLoaderData } from '@remix-run/react';
import { FailureCard } from '../shell/failure.tsx';
import { type DoorLetter, type DoorRefusal, enter } from '../sign-in/door-actions.ts';
import { nextPage } from '../sign-in/next-page.ts';
import { readOptions } from '../sign-in/options.ts';
import { SignUp } from '../sign-in/sign-up.tsx';

export const meta: MetaFunction = () => [{ title: 'Sign up · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  return { options: await readOptions(args), next: nextPage(new URL(args.request.url).searchParams.get('next')) };
}

export async function action(args: ActionFunctionArgs) {
  const next = nextPage(new URL(args.request.url).searchParams.get('next'));
  const form = await args.request.formData();
  const text = (name: string) => String(form.get(name) ?? '');
  const body = { name: text('name').trim(), email: text('email').trim(), password: text('password') };
  return enter(args, { method: 'POST', path: '/api/auth/sign-up/email', body }, next);
}

export default function SignUpRoute() {
  return <SignUp {...useLoaderData<typeof loader>()} result={useActionData<DoorRefusal | DoorLetter>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
