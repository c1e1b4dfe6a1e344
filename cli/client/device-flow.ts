import { CommandError } from '../command-error.ts';
import { exchange } from './exchange.ts';

/** What a server gives to somebody who asks to be let in (RFC 8628). Spans in seconds. */
export interface DeviceCode {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete?: string;
  expires_in: number;
  interval?: number;
}

/** What a person's approval brings: a session, and the scope as the person granted it. */
export interface LetIn {
  token: string;
  scope: string | null;
}

export interface DeviceFlow {
  server: string;
  clientId: string;
  scope: string;
  /** Shows the person where to go and which code to compare. */
  show(page: string, code: string): void;
  wait(ms: number): Promise<void>;
  monotonic(): number;
}

/** Asks a person to let this command or machine in, and waits for the answer. Every refusal is a CommandError with one sentence. */
export async function askToBeLetIn(flow: DeviceFlow): Promise<LetIn> {
  const begun = await ask<DeviceCode>(flow, 'code', { client_id: flow.clientId, scope: flow.scope });
  if (begun.status !== 200 || !begun.body.device_code) throw new CommandError(refusalOf(begun, flow.server));
  const { device_code, user_code, verification_uri, verification_uri_complete, expires_in } = begun.body;
  flow.show(printable(verification_uri_complete ?? verification_uri), printable(user_code));
  const until = flow.monotonic() + expires_in * 1000;
  let pauseMs = (begun.body.interval ?? 5) * 1000;
  while (flow.monotonic() < until) {
    await flow.wait(pauseMs);
    const body = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code, client_id: flow.clientId };
    const answer = await ask<Answer>(flow, 'token', body).catch(() => null);
    if (answer?.body.access_token) return { token: answer.body.access_token, scope: answer.body.scope ?? null };
    const error = answer?.body.error ?? answer?.body.code ?? null;
    if (error === 'access_denied') throw new CommandError('It was denied on the page. Nothing was changed.');
    if (error === 'expired_token') break;
    if (error === 'slow_down') pauseMs += 5000;
    // A server that is away for a moment, or asks for patience, is asked again.
    else if (answer !== null && error !== 'authorization_pending' && answer.status !== 429 && answer.status < 500)
      throw new CommandError(refusalOf(answer, flow.server));
  }
  throw new CommandError('Nobody approved it in time. Run the same command again for a new code.');
}

interface Answer {
  access_token?: string;
  scope?: string;
  error?: string;
  code?: string;
  error_description?: string;
  message?: string;
}

async function ask<T>(flow: DeviceFlow, route: 'code' | 'token', body: unknown): Promise<{ status: number; body: T & Answer }> {
  const text = JSON.stringify(body);
  const given = { method: 'POST', headers: { 'content-type': 'application/json' }, text };
  const answer = await exchange(`${flow.server}/api/auth/device/${route}`, given).catch((error) => {
    throw new CommandError(`The server at ${flow.server} can't be reached (${error.code ?? error.message}). Is that its address?`);
  });
  return { status: answer.status, body: parsed(answer.text) as T & Answer };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function refusalOf(answer: { status: number; body: Answer }, server: string): string {
  const said = answer.body.error_description ?? answer.body.message;
  return said
    ? printable(said)
    : `${server} does not let anybody in this way (it answered ${answer.status}). Is that the address of a Specwright server?`;
}

/** What a server says stands in a terminal: nothing of it may steer that. */
function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, '').slice(0, 500);
}
