import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerEnv } from '../environment.ts';
import { mailOf } from './mail.ts';
import { messageOf } from './message.ts';
import { type Connect, sendBySmtp, type Wire } from './smtp-mail.ts';

const letter = { to: 'ada@example.org', subject: 'Join\r\nBcc: eve@example.org', text: 'https://specwright.example/join#a-secret-token' };
const envOf = (more: object) => more as unknown as WorkerEnv;

let lines: string[];
beforeEach(() => {
  lines = [];
  for (const to of ['log', 'error'] as const) vi.spyOn(console, to).mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe('without a provider', () => {
  it('says that a letter was not sent, and what to do, but not what stands in it', async () => {
    const mail = mailOf(envOf({}));
    expect(mail.canSend).toBe(false);
    expect(await mail.send(letter)).toBe(false);
    expect(lines.join()).toContain('MAIL_URL');
    expect(lines.join()).not.toContain('a-secret-token');
  });

  it('writes the letter into the log where MAIL=log asks for it', async () => {
    await mailOf(envOf({ MAIL: 'log' })).send(letter);
    expect(lines.join()).toContain('a-secret-token');
  });
});

describe('an HTTP provider', () => {
  const provider = (status: number) => vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('{}', { status }));
  const env = (MAIL_URL: string) => envOf({ MAIL_URL, MAIL_KEY: 'a-mail-key', MAIL_FROM: 'us@example.org' });

  it('is given the letter and the key, the subject on one line', async () => {
    const asked = provider(200);
    expect(await mailOf(env('https://api.resend.com/emails')).send(letter)).toBe(true);
    const [, init] = asked.mock.calls[0] ?? [];
    const subject = 'Join Bcc: eve@example.org';
    expect(JSON.parse(String(init?.body))).toEqual({ from: 'us@example.org', to: ['ada@example.org'], subject, text: letter.text });
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer a-mail-key');
  });

  it('is spoken to in Postmark’s way where it is Postmark', async () => {
    const asked = provider(200);
    await mailOf(env('https://api.postmarkapp.com/email')).send(letter);
    const [, init] = asked.mock.calls[0] ?? [];
    expect(JSON.parse(String(init?.body))).toMatchObject({ From: 'us@example.org', To: 'ada@example.org', TextBody: letter.text });
    expect(new Headers(init?.headers).get('x-postmark-server-token')).toBe('a-mail-key');
  });

  it('that does not take it is a line in the log, without the letter or the key', async () => {
    provider(403);
    expect(await mailOf(env('https://api.resend.com/emails')).send(letter)).toBe(false);
    expect(lines.join()).toContain('403');
    expect(lines.join()).not.toMatch(/a-secret-token|a-mail-key/);
  });
});

describe('a mail server', () => {
  const sent = { ...letter, subject: 'Grüße', from: 'Specwright <us@example.org>' };
  const send = (url: string, server: Script) => sendBySmtp(new URL(url), 'pass', sent, server.connect);

  it('is given the letter over TLS, after signing in', async () => {
    const server = new Script(['220 hi', '250-one\r\n250 AUTH PLAIN', '235 in', '250 from', '250 to', '354 go', '250 taken', '221 bye']);
    await send('smtps://me%40example.org@mail.example', server);
    expect(server.opened).toEqual([{ hostname: 'mail.example', port: 465, secure: 'on' }]);
    expect(server.said.slice(0, 5)).toEqual([
      'EHLO specwright',
      `AUTH PLAIN ${btoa('\0me@example.org\0pass')}`,
      'MAIL FROM:<us@example.org>',
      'RCPT TO:<ada@example.org>',
      'DATA',
    ]);
    expect(server.said[5]).toContain(`Subject: =?utf-8?B?${btoa(String.fromCharCode(...new TextEncoder().encode('Grüße')))}?=`);
    expect(server.said[5]).toContain('From: "Specwright" <us@example.org>');
    expect(atob(server.said[5]?.split('\r\n\r\n')[1]?.replace(/\r\n\.?/g, '') ?? '')).toBe(letter.text);
  });

  it('turns TLS on before it hears the password, and without TLS hears nothing', async () => {
    const server = new Script(['220 hi', '250 STARTTLS', '220 go', '250 AUTH', '235 in', '250 a', '250 b', '354 c', '250 d', '221 e']);
    await send('smtp://me@mail.example', server);
    expect(server.said.slice(0, 3)).toEqual(['EHLO specwright', 'STARTTLS', 'EHLO specwright']);
    expect(server.tlsAfter).toBe(2);
    const plain = new Script(['220 hi', '250 nothing else', '502 no']);
    await expect(send('smtp://me@mail.example', plain)).rejects.toThrow('answered STARTTLS with: 502 no');
    expect(plain.said.join()).not.toContain('AUTH');
  });

  it('that refuses or hangs up is an error that holds no secret', async () => {
    const wrong = send('smtps://me@mail.example', new Script(['220 hi', '250 x', '535 wrong']));
    await expect(wrong).rejects.toThrow(/^The mail server answered AUTH with: 535 wrong$/);
    await expect(send('smtps://me@mail.example', new Script(['220 hi']))).rejects.toThrow('hung up after EHLO');
  });

  it('gets long subjects in words that fit', () => {
    const message = messageOf({ ...sent, subject: 'é'.repeat(100) });
    for (const line of message.split('\r\n')) expect(line.length).toBeLessThanOrEqual(90);
  });
});

/** A mail server that says these lines, one for the opening and one for each line or text that it hears. */
class Script {
  readonly said: string[] = [];
  readonly opened: { hostname: string; port: number; secure: string }[] = [];
  tlsAfter = -1;
  private readonly answers: string[];

  constructor(answers: string[]) {
    this.answers = [...answers];
  }

  readonly connect: Connect = (address, secure) => {
    this.opened.push({ ...address, secure });
    return this.wire(true);
  };

  private wire(greets: boolean): Wire {
    let speak: ReadableStreamDefaultController<Uint8Array> | null = null;
    const answer = () => {
      const line = this.answers.shift();
      if (line === undefined) speak?.close();
      else speak?.enqueue(new TextEncoder().encode(`${line}\r\n`));
    };
    const readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        speak = controller;
        if (greets) answer();
      },
    });
    const writable = new WritableStream<Uint8Array>({
      write: (bytes) => {
        this.said.push(new TextDecoder().decode(bytes).replace(/\r\n$/, ''));
        answer();
      },
    });
    const startTls = () => {
      this.tlsAfter = this.said.length;
      return this.wire(false);
    };
    return { readable, writable, startTls, close: async () => {} };
  }
}
