import { logLine } from '../door/log.ts';
import { originOf, type WorkerEnv } from '../environment.ts';
import { postMail } from './http-mail.ts';
import { sendBySmtp } from './smtp-mail.ts';

export interface Letter {
  to: string;
  subject: string;
  /** Plain text. It may hold a one-time link: never into a log, but with MAIL=log. */
  text: string;
}

/** How this deployment sends e-mail. */
export interface Mail {
  /** False: a letter goes nowhere, and whoever may hand a link on is shown it instead. */
  canSend: boolean;
  /** True when a provider has taken the letter. Never throws: what went wrong stands in the log, without the letter's text. */
  send(letter: Letter): Promise<boolean>;
}

/** MAIL_URL decides: https://… is a provider's HTTP address, smtp(s)://… a mail server; none: nothing is sent. */
export function mailOf(env: WorkerEnv): Mail {
  if (!env.MAIL_URL) return { canSend: false, send: async (letter) => sayUnsent(letter, env) };
  return { canSend: true, send: (letter) => sendBy(new URL(env.MAIL_URL ?? ''), letter, env) };
}

async function sendBy(url: URL, letter: Letter, env: WorkerEnv): Promise<boolean> {
  const clean = {
    ...letter,
    subject: oneLine(letter.subject),
    to: oneLine(letter.to),
    from: env.MAIL_FROM ?? `no-reply@${originOf(env).hostname}`,
  };
  try {
    if (url.protocol.startsWith('smtp')) await sendBySmtp(url, env.MAIL_KEY, clean);
    else await postMail(url, env.MAIL_KEY, clean);
    return true;
  } catch (error) {
    logLine('error', { event: 'mail_failed', subject: clean.subject, reason: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

function sayUnsent(letter: Letter, env: WorkerEnv): boolean {
  const advice = 'Set MAIL_URL, MAIL_KEY and MAIL_FROM to send mail; until then links are made on the page of the organisation.';
  logLine('info', { event: 'mail_not_sent', subject: oneLine(letter.subject), advice });
  if (env.MAIL === 'log') logLine('info', { event: 'mail', to: letter.to, text: letter.text });
  return false;
}

/** A name with a line break in it must not become a header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 300);
}
