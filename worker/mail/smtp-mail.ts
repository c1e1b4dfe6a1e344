import { connect as connectSocket } from 'cloudflare:sockets';
import type { Letter } from './mail.ts';
import { addressIn, messageOf } from './message.ts';

/** What of cloudflare:sockets is needed here. */
export interface Wire {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
  startTls(): Wire;
  close(): Promise<void>;
}
export type Connect = (address: { hostname: string; port: number }, secureTransport: 'on' | 'off' | 'starttls') => Wire;

const TIMEOUT_MS = 20_000;
const viaTcp: Connect = (address, secureTransport) => connectSocket(address, { secureTransport, allowHalfOpen: false }) as Wire;

/**
 * Hands a letter to a mail server (RFC 5321): smtps:// speaks TLS from the start (port 465), smtp:// turns it on with STARTTLS (port
 * 587) and goes no further without; in the clear only to this machine itself. The user stands in the address, the password is `key`.
 * @throws when the server does not take it within 20 seconds; the message holds what the server said, and no secret.
 */
export async function sendBySmtp(url: URL, key: string | undefined, letter: Letter & { from: string }, connect = viaTcp): Promise<void> {
  const mode = modeOf(url);
  const address = { hostname: url.hostname, port: Number(url.port) || (mode === 'on' ? 465 : 587) };
  const talk = new Talk(connect(address, mode));
  const timeout = setTimeout(() => void talk.close(), TIMEOUT_MS);
  try {
    await greet(talk, mode);
    if (url.username) await signIn(talk, decodeURIComponent(url.username), key ?? decodeURIComponent(url.password));
    await talk.say(`MAIL FROM:<${addressIn(letter.from)}>`, '2');
    await talk.say(`RCPT TO:<${addressIn(letter.to)}>`, '2');
    await talk.say('DATA', '3');
    await talk.say(`${messageOf(letter)}\r\n.`, '2');
    // The letter is taken: how the server says goodbye changes nothing.
    await talk.say('QUIT', '2').catch(() => {});
  } finally {
    clearTimeout(timeout);
    await talk.close();
  }
}

function modeOf({ protocol, hostname }: URL): 'on' | 'off' | 'starttls' {
  if (protocol === 'smtps:') return 'on';
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) ? 'off' : 'starttls';
}

async function greet(talk: Talk, mode: 'on' | 'off' | 'starttls'): Promise<void> {
  await talk.hear('2');
  await talk.say('EHLO specwright', '2');
  if (mode !== 'starttls') return;
  await talk.say('STARTTLS', '2');
  talk.startTls();
  await talk.say('EHLO specwright', '2');
}

async function signIn(talk: Talk, user: string, password: string): Promise<void> {
  const plain = new TextEncoder().encode(`\0${user}\0${password}`);
  await talk.say(`AUTH PLAIN ${btoa(String.fromCharCode(...plain))}`, '2', 'AUTH');
}

/** One line is said, one answer heard. */
class Talk {
  private wire: Wire;
  private reader: ReadableStreamDefaultReader<Uint8Array>;
  private writer: WritableStreamDefaultWriter<Uint8Array>;
  private heard = '';

  constructor(wire: Wire) {
    this.wire = wire;
    this.reader = wire.readable.getReader();
    this.writer = wire.writable.getWriter();
  }

  /** @param name what an error calls the line, when the line itself holds a secret. */
  async say(line: string, expected: '2' | '3', name = line.split(/[\r\n]/)[0]?.slice(0, 80)): Promise<void> {
    await this.writer.write(new TextEncoder().encode(`${line}\r\n`));
    await this.hear(expected, name);
  }

  /** An answer's last line has a space after its code. */
  async hear(expected: '2' | '3', after = 'the greeting'): Promise<void> {
    let last: RegExpExecArray | null = null;
    while (!last) {
      const { value, done } = await this.reader.read();
      if (done) throw new Error(`The mail server hung up after ${after}.`);
      this.heard += new TextDecoder().decode(value);
      if (this.heard.length > 64 * 1024) throw new Error('The mail server does not stop talking.');
      last = /^(\d{3})(?: .*)?\r\n$/m.exec(this.heard);
    }
    const answer = this.heard.trim().slice(0, 300);
    this.heard = '';
    if (!last[1]?.startsWith(expected)) throw new Error(`The mail server answered ${after} with: ${answer}`);
  }

  startTls(): void {
    this.reader.releaseLock();
    this.writer.releaseLock();
    this.wire = this.wire.startTls();
    this.reader = this.wire.readable.getReader();
    this.writer = this.wire.writable.getWriter();
    // What was said before cannot have come from the one that TLS vouches for.
    this.heard = '';
  }

  async close(): Promise<void> {
    await this.wire.close().catch(() => {});
  }
}
