import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { type ShouldRevalidateFunctionArgs, useLoaderData } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import type { DeviceRequest } from '@specwright/protocol/runners-api.ts';
import { type DeviceIntent, deviceCall } from '../device/device-intents.ts';
import { DevicePage } from '../device/device-page.tsx';
import { callApi, outcomeOf, perform, read } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction = () => [{ title: 'Let a machine in · Specwright' }];

export async function loader(args: LoaderFunctionArgs) {
  const code = (new URL(args.request.url).searchParams.get('code') ?? '').trim().toUpperCase();
  const me = await read<Me>(args, '/api/me');
  if (code === '') return { me, code, device: null, problem: null };
  const outcome = await outcomeOf(await callApi(args, `/api/devices/${encodeURIComponent(code)}`));
  if (outcome.ok) return { me, code, device: outcome.data as DeviceRequest, problem: null };
  const problem = outcome.error.code === 'NOT_FOUND' ? 'No request has this code, or it has run out.' : outcome.error.message;
  return { me, code, device: null, problem };
}

/** A code is looked at once: how often is counted, against guessing. */
export function shouldRevalidate({ currentUrl, nextUrl }: ShouldRevalidateFunctionArgs) {
  return currentUrl.search !== nextUrl.search;
}

export async function action(args: ActionFunctionArgs) {
  return perform(args, deviceCall((await args.request.json()) as DeviceIntent));
}

export default function DeviceRoute() {
  const data = useLoaderData<typeof loader>();
  return <DevicePage key={data.device?.userCode ?? data.code} {...data} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
