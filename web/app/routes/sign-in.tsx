import type { MetaFunction } from '@remix-run/cloudflare';
import { FailureCard } from '../shell/failure.tsx';
import { SignIn } from '../sign-in/sign-in.tsx';

export const meta: MetaFunction = () => [{ title: 'Sign in · Specwright' }];

export default function SignInRoute() {
  return <SignIn />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
