import { type AppLoadContext, data, redirect } from '@remix-run/cloudflare';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import { signInPath } from '../sign-in/next-page.ts';

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

/** A refusal, and which field of the body it is about where the API named one. */
export interface Refused extends ErrorBody {
  fields?: Record<string, string>;
}

export type Outcome = { ok: true; data: unknown } | { ok: false; error: Refused };

/** Who asks, from which of our pages, from where: the API checks and notes the person, not this server. */
const FORWARDED = ['cookie', 'origin', 'host', 'user-agent', 'cf-connecting-ip', 'x-forwarded-for'];

/** Calls the API in process as the one who sent this request, whoever that is. */
export async function askApi({ request, context }: Ask, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const name of FORWARDED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return context.api(path, { ...init, headers });
}

/** The same, for people who are signed in. Nobody is: throws a redirect to /sign-in, which leads back to this page. */
export async function callApi(ask: Ask, path: string, init: RequestInit = {}): Promise<Response> {
  const response = await askApi(ask, path, init);
  if (response.status === 401) throw redirect(signInPath(ask.request));
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

/** Reads JSON for a page that strangers see too: null when the API refuses or fails. */
export async function readPublic<T>(ask: Ask, path: string): Promise<T | null> {
  const response = await askApi(ask, path);
  return response.ok ? ((await response.json()) as T) : null;
}

/** Carries out a person's change for an action: refusals come back as values, cookies that the API sets go on to the browser. */
export async function perform(ask: Ask, call: Call) {
  return passOn(await callApi(ask, call.path, initOf(call)));
}

/** The same for somebody who may not be signed in: a 401 is a refusal too. */
export async function performPublic(ask: Ask, call: Call) {
  return passOn(await askApi(ask, call.path, initOf(call)));
}

function initOf(call: Call): RequestInit {
  return {
    method: call.method,
    headers: { ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
  };
}

async function passOn(response: Response) {
  return data(await outcomeOf(response), { headers: cookiesOf(response) });
}

export async function outcomeOf(response: Response): Promise<Outcome> {
  if (!response.ok) return { ok: false, error: await errorBody(response) };
  const text = await response.text();
  return { ok: true, data: text === '' ? null : JSON.parse(text) };
}

export function cookiesOf(response: Response): Headers {
  const headers = new Headers();
  for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return headers;
}

async function errorBody(response: Response): Promise<Refused> {
  const body: unknown = await response.json().catch(() => null);
  const known = typeof body === 'object' && body !== null && 'code' in body ? (body as ErrorBody) : null;
  if (response.status === 429) return { ...noBody(response), ...known, message: tooMany(response) };
  return known ? withField({ ...noBody(response), ...known }) : noBody(response);
}

function noBody(response: Response): ErrorBody {
  return { code: 'INTERNAL', message: `The server answered ${response.status}.`, requestId: '', retryable: response.status >= 500 };
}

/** "name: Give a name." is a sentence about the field "name". */
function withField(error: ErrorBody): Refused {
  const found = error.code === 'BAD_REQUEST' || error.code === 'FORBIDDEN' ? /^([a-zA-Z]+)(?:\.[\w.]+)?: (.+)$/s.exec(error.message) : null;
  return found ? { ...error, message: found[2] ?? '', fields: { [found[1] ?? '']: found[2] ?? '' } } : error;
}

function tooMany(response: Response): string {
  const seconds = Number(response.headers.get('retry-after'));
  return seconds > 0 ? `Too many tries. Wait ${seconds} seconds, then try again.` : 'Too many tries. Wait a minute, then try again.';
}
