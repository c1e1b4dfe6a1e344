import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import { read } from '../server/api.ts';
import { Settings } from '../settings/settings.tsx';
import { readTheme } from '../settings/theme.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'Settings · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  return { me: await read<Me>(args, '/api/me'), theme: readTheme(args.request.headers.get('cookie') ?? '') };
}

export default function SettingsRoute() {
  return <Settings {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
