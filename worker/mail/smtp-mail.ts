import { WorkerMailer } from 'worker-mailer';
import type { Letter } from './mail.ts';

/**
 * Hands a letter to a mail server: smtps:// speaks TLS from the start (port 465), smtp:// turns it on with STARTTLS (port 587).
 * The user stands in the address, the password in MAIL_KEY. Without TLS only on a loopback address.
 * @throws when the server does not take it.
 */
export async function sendBySmtp(url: URL, key: string | undefined, letter: Letter & { from: string }): Promise<void> {
  const secure = url.protocol === 'smtps:';
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const username = decodeURIComponent(url.username);
  await WorkerMailer.send(
    {
      host: url.hostname,
      port: Number(url.port) || (secure ? 465 : 587),
      secure,
      startTls: !secure && !loopback,
      ...(username && {
        credentials: { username, password: key ?? decodeURIComponent(url.password) },
        authType: ['plain', 'login'] as const as never,
      }),
      logLevel: 4,
      socketTimeoutMs: 10_000,
      responseTimeoutMs: 10_000,
    },
    { from: letter.from, to: letter.to, subject: letter.subject, text: letter.text },
  );
}
