import { type ActionFunctionArgs, data, type MetaFunction } from '@remix-run/cloudflare';
import { performPublic } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';
import { besideField } from '../sign-in/form-refusal.ts';
import { Verify } from '../sign-in/verify.tsx';

export const meta: MetaFunction = () => [{ title: 'Confirm your address · Specwright' }];

export async function action(args: ActionFunctionArgs) {
  const { token } = (await args.request.json()) as { token: string };
  const answer = await performPublic(args, { method: 'POST', path: '/api/auth/verify-email', body: { token } });
  const outcome = answer.data;
  return outcome.ok ? answer : data({ ok: false, error: besideField(outcome.error) });
}

export default function VerifyRoute() {
  return <Verify />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
