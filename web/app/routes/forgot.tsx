import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useActionData, useLoaderData } from '@remix-run/react';
import { askApi, outcomeOf } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import type { DoorRefusal } from '../sign-in/door-actions.ts';
import { Forgot } from '../sign-in/forgot.tsx';
import { besideField } from '../sign-in/form-refusal.ts';
import { readOptions } from '../sign-in/options.ts';

export const meta: MetaFunction = () => [{ title: 'A new password · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  return { options: await readOptions(args) };
}

export async function action(args: ActionFunctionArgs): Promise<DoorRefusal | { sent: true }> {
  const email = String((await args.request.formData()).get('email') ?? '').trim();
  const response = await askApi(args, '/api/auth/request-password-reset', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, redirectTo: '/reset' }),
  });
  const outcome = await outcomeOf(response);
  return outcome.ok ? { sent: true } : { error: besideField(outcome.error) };
}

export default function ForgotRoute() {
  return <Forgot {...useLoaderData<typeof loader>()} result={useActionData<typeof action>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
