import { CommandError, EXIT } from '../command-error.ts';

/** The origin of a server as a person names it. Tokens travel to it: anything but https is taken for this machine alone. */
export function serverAddress(text: string): string {
  const named = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(named))
    throw new CommandError(`"${text}" is no address of a server: give something like https://specwright.example.org.`, EXIT.usage);
  const url = new URL(named);
  if (url.username || url.password) throw new CommandError('The address of the server may hold no user and password.', EXIT.usage);
  if (url.protocol === 'https:') return url.origin;
  if (url.protocol !== 'http:') throw new CommandError(`"${text}" is no address of a server: it must begin with https://.`, EXIT.usage);
  if (isThisMachine(url.hostname) || process.env.SPECWRIGHT_ALLOW_HTTP === '1') return url.origin;
  throw new CommandError(
    `${url.origin} would carry tokens unencrypted: use https (or SPECWRIGHT_ALLOW_HTTP=1 in a network that you trust).`,
    EXIT.usage,
  );
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
