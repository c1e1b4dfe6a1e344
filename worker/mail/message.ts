import type { Letter } from './mail.ts';

/** A letter as RFC 5322 wants it. The text goes in base64: no line of it is too long, and none is a lone dot. */
export function messageOf({ from, to, subject, text }: Letter & { from: string }): string {
  const host = addressIn(from).split('@').at(-1) ?? 'localhost';
  const headers = {
    From: fromOf(from),
    To: `<${addressIn(to)}>`,
    Subject: worded(subject),
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${crypto.randomUUID()}@${host}>`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': 'base64',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [...head, '', ...(base64(text).match(/.{1,76}/g) ?? [])].join('\r\n');
}

/** The bare address of "Name <address>"; nothing that could end the command it stands in. */
export function addressIn(mailbox: string): string {
  return (/<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox).replace(/[\s<>]/g, '');
}

function fromOf(mailbox: string): string {
  const name = /^(.*)<[^<>]*>\s*$/.exec(mailbox)?.[1]?.trim().replaceAll('"', '');
  return name ? `${/^[\w .-]*$/.test(name) ? `"${name}"` : worded(name)} <${addressIn(mailbox)}>` : addressIn(mailbox);
}

/** Text of a header: plain, or in words of at most 75 characters (RFC 2047). */
function worded(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (new TextEncoder().encode(word + character).length > 42) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((part) => `=?utf-8?B?${base64(part)}?=`).join('\r\n ');
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
