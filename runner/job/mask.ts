const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSW|CREDENTIAL)/i;

/** Shapes of secrets that need no name to be known. */
const SHAPES: RegExp[] = [
  /\b(sk|rk|pk)-[A-Za-z0-9_-]{16,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abpr]-[A-Za-z0-9-]{10,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=:\/\/[^/\s:@]{1,200}:)[^@\s/]{3,200}(?=@)/g,
];

/** Takes secrets out of a text before it leaves this machine. */
export type Mask = (text: string) => string;

/** Knows the secret-looking values of an environment, and the usual shapes of keys. */
export function makeMask(env: NodeJS.ProcessEnv): Mask {
  const values = Object.entries(env)
    .filter(([name, value]) => SECRET_NAME.test(name) && value !== undefined && value.length >= 8)
    .map(([, value]) => value ?? '')
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let masked = text;
    for (const value of values) if (masked.includes(value)) masked = masked.replaceAll(value, '[masked]');
    for (const shape of SHAPES) masked = masked.replace(shape, '[masked]');
    return masked;
  };
}

/** The end of a text, at most `max` UTF-16 units. */
export function tailOf(text: string, max: number): string {
  return text.length <= max ? text : `…${text.slice(-(max - 1))}`;
}

/** The beginning of a text, at most `max` UTF-16 units. */
export function headOf(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
