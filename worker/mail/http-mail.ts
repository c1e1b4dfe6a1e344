import type { Letter } from './mail.ts';

const TIMEOUT_MS = 10_000;

/**
 * Hands a letter to a provider by one POST. Resend's shape, which others take too; Postmark's own when the address is Postmark's.
 * @throws when the provider does not take it; the message holds the status and no secret.
 */
export async function postMail(url: URL, key: string | undefined, letter: Letter & { from: string }): Promise<void> {
  const { headers, body } = url.hostname === 'api.postmarkapp.com' ? postmark(key, letter) : resend(key, letter);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`The mail provider answered ${answer.status}.`);
}

interface Shape {
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

function resend(key: string | undefined, { from, to, subject, text }: Letter & { from: string }): Shape {
  return { headers: key ? { authorization: `Bearer ${key}` } : {}, body: { from, to: [to], subject, text } };
}

function postmark(key: string | undefined, { from, to, subject, text }: Letter & { from: string }): Shape {
  return { headers: { 'x-postmark-server-token': key ?? '' }, body: { From: from, To: to, Subject: subject, TextBody: text } };
}
