import { type AppLoadContext, data, redirect } from '@remix-run/cloudflare';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';

/** What a loader or an action is given. */
export interface Ask {
  request: Request;
  context: AppLoadContext;
}

/** A change that a person asked for, as a call of the API. */
export interface Call {
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Outcome = { ok: true; data: unknown } | { ok: false; error: ErrorBody };

const FORWARDED = ['cookie', 'origin', 'host'];

/** Calls the API in process as the person who sent this request. Nobody signed in: throws a redirect to /sign-in. */
export async function callApi({ request, context }: Ask, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const name of FORWARDED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const response = await context.api(path, { ...init, headers });
  if (response.status === 401) throw redirect('/sign-in');
  return response;
}

/** Reads JSON for a loader. An error answer is thrown with its body, for the route's error boundary. */
export async function read<T>(ask: Ask, path: string): Promise<T> {
  const response = await callApi(ask, path);
  if (!response.ok) throw data(await errorBody(response), { status: response.status });
  return (await response.json()) as T;
}

/** Reads JSON that the page can do without: null when the API refuses or fails. */
export async function readOptional<T>(ask: Ask, path: string): Promise<T | null> {
  const response = await callApi(ask, path);
  return response.ok ? ((await response.json()) as T) : null;
}

/** Carries out a person's change for an action: refusals come back as values. */
export async function perform(ask: Ask, call: Call): Promise<Outcome> {
  const response = await callApi(ask, call.path, {
    method: call.method,
    headers: { ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
  });
  if (!response.ok) return { ok: false, error: await errorBody(response) };
  const text = await response.text();
  return { ok: true, data: text === '' ? null : JSON.parse(text) };
}

async function errorBody(response: Response): Promise<ErrorBody> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === 'object' && body !== null && 'code' in body) return body as ErrorBody;
  return { code: 'INTERNAL', message: `The server answered ${response.status}.`, requestId: '', retryable: response.status >= 500 };
}
