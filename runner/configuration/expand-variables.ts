/** `${NAME}` and `${NAME:-default}`; `$${` writes a plain `${`. */
const VARIABLE = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

export type Expanded = { ok: true; text: string } | { ok: false; message: string };

/** Puts the environment's values into a text. A variable that is not set and has no default is an error; an empty one takes its default. */
export function expandVariables(text: string, environment: Record<string, string | undefined>): Expanded {
  let missing: string | null = null;
  const expanded = text.replace(VARIABLE, (whole, name: string | undefined, otherwise: string | undefined) => {
    if (name === undefined) return '${';
    const value = environment[name];
    if (value !== undefined && value !== '') return value;
    if (otherwise !== undefined) return otherwise;
    if (value === undefined) missing ??= name;
    return value ?? whole;
  });
  if (missing === null) return { ok: true, text: expanded };
  return {
    ok: false,
    message: `The environment variable ${missing} is not set, and \${${missing}} has no default (write \${${missing}:-value}).`,
  };
}
