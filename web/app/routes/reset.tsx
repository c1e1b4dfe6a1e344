import { type ActionFunctionArgs, data, type MetaFunction } from '@remix-run/cloudflare';
import { askApi, cookiesOf, outcomeOf } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { besideField } from '../sign-in/form-refusal.ts';
import { Reset } from '../sign-in/reset.tsx';

export const meta: MetaFunction = () => [{ title: 'Set a new password · Specwright' }];

export async function action(args: ActionFunctionArgs) {
  const { token, newPassword } = (await args.request.json()) as { token: string; newPassword: string };
  const response = await askApi(args, '/api/auth/reset-password', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, newPassword }),
  });
  const outcome = await outcomeOf(response);
  return data(outcome.ok ? outcome : { ok: false, error: besideField(outcome.error) }, { headers: cookiesOf(response) });
}

export default function ResetRoute() {
  return <Reset />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
