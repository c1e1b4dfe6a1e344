import { data } from '@remix-run/cloudflare';
import { FailureCard } from '../shell/failure.tsx';

export function loader() {
  throw data({ message: 'No such page.' }, { status: 404 });
}

export default function NotFound() {
  return <FailureCard />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
