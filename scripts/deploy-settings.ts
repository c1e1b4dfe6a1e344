/** What a deployment needs and wrangler.toml does not say yet: a sentence each, with what to do. */
export function missingFrom(toml: string): string[] {
  const id = /^\s*database_id\s*=\s*"([^"]*)"/m.exec(toml)?.[1] ?? '';
  const origin = /^\s*BASE_URL\s*=\s*"([^"]*)"/m.exec(toml)?.[1];
  return [
    ...(/^[0-]*$/.test(id)
      ? ['wrangler.toml names no database yet. Run: npx wrangler d1 create specwright, and write the id that it prints as database_id.']
      : []),
    ...(origin === undefined
      ? ['wrangler.toml does not say where people reach the server. Write below [vars]: BASE_URL = "https://specwright.example.org"']
      : isOrigin(origin)
        ? []
        : [`BASE_URL is "${origin}": it has to be https and an address alone, without a path.`]),
  ];
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:' && new URL(text).origin === text;
}
