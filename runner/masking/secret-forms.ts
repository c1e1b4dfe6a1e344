/** Shorter values stand in ordinary text by chance; to mask them would make it unreadable. */
const LEAST_CHARS = 8;

const SECRET_NAME =
  /(KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|COOKIE|PRIVATE|_PAT$|_PWD$|_AUTH$|^AUTH|_DSN$|DATABASE_URL|CONNECTION_STRING|WEBHOOK|SIGNATURE|_URI$)/i;
/** Named like a secret, and none: files, sockets, sizes, layouts. */
const NO_SECRET = /^(SSH_AUTH_SOCK|XAUTHORITY|GPG_AGENT_INFO|.*_(FILE|PATH|DIR|HOME))$|KEYBOARD|KEYMAP/i;

/** The secret-looking values of an environment, longest first. */
export function secretValues(env: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) && !NO_SECRET.test(name) ? [value.trim(), ...loginIn(value)] : [],
  );
  return [...new Set(values)].filter((value) => value.length >= LEAST_CHARS && !isOrdinary(value)).sort((a, b) => b.length - a.length);
}

/** The user and password that stand in an address. */
export function loginIn(address: string): string[] {
  const login = /:\/\/([^/@\s]*)@/.exec(address)?.[1];
  if (login === undefined) return [];
  const password = login.includes(':') ? login.slice(login.indexOf(':') + 1) : login;
  return [password, decoded(password)].filter((text) => text.length >= LEAST_CHARS);
}

/** A plain address, path or word of letters says nothing secret; hidden, it would only confuse. */
function isOrdinary(value: string): boolean {
  return /^https?:\/\/[^@\s]*$/.test(value) || /^(true|false|disabled|enabled|required|optional)$/i.test(value);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Every way in which a value is likely to be printed: as it is, in JSON, in a URL, in hex, and in base64 wherever it begins in the
 * encoded text (three alignments, without the characters that its neighbours decide).
 */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = Math.ceil((shift * 8) / 6);
    const whole = Math.floor(((shift + bytes.length) * 8) / 6);
    return text.slice(from, whole);
  });
  const url = encodeURIComponent(value);
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    url,
    url.replaceAll('%20', '+'),
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set(forms)].filter((form) => form.length >= LEAST_CHARS);
}
