import { expect, test } from 'vitest';
import { KEY_SHAPES } from './key-shapes.ts';
import { makeMask } from './mask.ts';

const random = (alphabet: string, length: number, seed: number) =>
  Array.from({ length }, (_one, at) => alphabet[(seed * 7919 + at * 104_729 + at * at * 31) % alphabet.length]).join('');
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const word = (length: number, seed = 1) => random(LETTERS, length, seed);
const hex = (length: number, seed = 1) => random('0123456789abcdef', length, seed);
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** One of each: the name of the shape, the secret, and what stands around it when the shape needs that. */
const SAMPLES: [name: string, secret: string, around?: (secret: string) => string][] = [
  ['Specwright key', `swk_${word(43)}`],
  ['Specwright runner token', `srt_${word(80)}.${word(43)}`],
  ['Anthropic', `sk-ant-api03-${word(90)}-AA`],
  ['OpenAI', `sk-proj-${word(60)}`],
  ['OpenRouter', `sk-or-v1-${hex(64)}`],
  ['Zhipu', `${hex(32)}.${word(16)}`],
  ['Google API', `AIza${word(35)}`],
  ['Google client secret', `GOCSPX-${word(28)}`],
  ['Google access token', `ya29.${word(60)}`],
  ['Google refresh token', `1//0${word(60)}`],
  ['Groq', `gsk_${word(52)}`],
  ['xAI', `xai-${word(80)}`],
  ['Perplexity', `pplx-${word(48)}`],
  ['Replicate', `r8_${word(37)}`],
  ['Hugging Face', `hf_${word(34)}`],
  ['Fireworks', `fw_${word(24)}`],
  ['GitHub classic', `ghp_${word(36)}`],
  ['GitHub app', `ghs_${word(36)}`],
  ['GitHub fine-grained', `github_pat_${word(22)}_${word(59)}`],
  ['GitLab', `glpat-${word(20)}`],
  ['Bitbucket', `ATBB${word(32)}`],
  ['Atlassian', `ATATT3xFfGF0${word(120)}`],
  ['AWS id', `AKIA${random(UPPER, 16, 3)}`],
  ['AWS secret', word(40, 5), (secret) => `aws_secret_access_key = ${secret}`],
  ['Azure storage', `${word(86)}==`, (secret) => `AccountName=a;AccountKey=${secret};EndpointSuffix=x`],
  ['Azure AD', `abc8Q~${word(34)}`],
  ['Azure SAS', `${word(43)}%3D`, (secret) => `https://a.blob.core.windows.net/c?sv=1&sig=${secret}`],
  ['DigitalOcean', `dop_v1_${hex(64)}`],
  ['Slack', `xoxb-1234567890-1234567890-${word(24)}`],
  ['Slack webhook', `T0000/B0000/${word(24)}`, (secret) => `https://hooks.slack.com/services/${secret}`],
  ['Discord webhook', `123456789012345678/${word(68)}`, (secret) => `https://discord.com/api/webhooks/${secret}`],
  ['Discord bot', `M${word(25)}.${word(6)}.${word(38)}`],
  ['Telegram', `123456789:AA${word(33)}`],
  ['Stripe', `sk_live_${word(24)}`],
  ['Square', `sq0csp-${word(43)}`],
  ['Braintree', `access_token$production$${random('abcdefghijklmnopqrstuvwxyz0123456789', 16, 2)}$${hex(32)}`],
  ['Twilio', `SK${hex(32)}`],
  ['SendGrid', `SG.${word(22)}.${word(43)}`],
  ['Mailgun', `key-${hex(32)}`],
  ['Mailchimp', `${hex(32)}-us14`],
  ['Resend', `re_${word(28)}`],
  ['npm', `npm_${word(36)}`],
  ['PyPI', `pypi-AgEIcHlwaS5vcmc${word(80)}`],
  ['RubyGems', `rubygems_${hex(48)}`],
  ['crates.io', `cio${word(32)}`],
  ['NuGet', `oy2${random('abcdefghijklmnopqrstuvwxyz0123456789', 43, 4)}`],
  ['Docker Hub', `dckr_pat_${word(27)}`],
  ['Vercel', `vercel_${word(24)}`],
  ['Cloudflare', word(40, 9), (secret) => `CLOUDFLARE_API_TOKEN=${secret}`],
  ['Fly.io', `fo1_${word(43)}`],
  ['Heroku', `HRKU-${word(40)}`],
  ['Supabase', `sbp_${hex(40)}`],
  ['PlanetScale', `pscale_tkn_${word(43)}`],
  ['Databricks', `dapi${hex(32)}`],
  ['Vault', `hvs.${word(90)}`],
  ['Terraform', `${word(14)}.atlasv1.${word(60)}`],
  ['Pulumi', `pul-${hex(40)}`],
  ['Doppler', `dp.pt.${word(43)}`],
  ['Grafana', `glsa_${word(32)}_${hex(8)}`],
  ['New Relic', `NRAK-${random(UPPER, 27, 6)}`],
  ['Sentry', `sntrys_${word(80)}`],
  ['Datadog', hex(32, 8), (secret) => `DD_API_KEY: ${secret}`],
  ['Linear', `lin_api_${word(40)}`],
  ['Notion', `ntn_${word(46)}`],
  ['Figma', `figd_${word(40)}`],
  ['Airtable', `pat${word(14)}.${hex(64)}`],
  ['Shopify', `shpat_${hex(32)}`],
  ['Postman', `PMAK-${hex(24)}-${hex(34)}`],
  ['age', `AGE-SECRET-KEY-1${random(UPPER, 58, 7)}`],
  ['JSON Web Token', `eyJhbGciOiJIUzI1NiJ9.${word(60)}.${word(43)}`],
  ['private key', `-----BEGIN OPENSSH PRIVATE KEY-----\n${word(64)}\n${word(64, 2)}\n-----END OPENSSH PRIVATE KEY-----`],
  ['login in a remote', word(24, 11), (secret) => `https://ada:${secret}@git.example.org/team/app.git`],
  ['token in a remote', word(24, 12), (secret) => `https://${secret}@git.example.org/team/app.git`],
  ['Authorization', word(30, 13), (secret) => `curl -H "Authorization: Bearer ${secret}"`],
  ['Authorization basic', `${word(30, 14)}==`, (secret) => `authorization: Basic ${secret}`],
  ['cookie', word(40, 15), (secret) => `Cookie: theme=dark; session=${secret}`.replace('theme=dark; ', '')],
  ['named', word(20, 16), (secret) => `"client_secret": "${secret}",`],
];

const mask = makeMask({});

test(`${SAMPLES.length} kinds of keys are known by their shape alone`, () => {
  expect(SAMPLES.length).toBeGreaterThanOrEqual(60);
  expect(KEY_SHAPES.length).toBeGreaterThanOrEqual(40);
  for (const [name, secret, around = (text: string) => text] of SAMPLES) {
    const masked = mask(`before ${around(secret)} after`);
    for (const line of secret.split('\n')) expect(masked, name).not.toContain(line.slice(-12));
    expect(masked, name).toMatch(/^before .*after$/s);
    expect(masked, name).toContain('[masked]');
  }
});

test('a shape is seen in base64, in hex and in percent-encoding too', () => {
  for (const [name, secret, around = (text: string) => text] of SAMPLES) {
    const bytes = Buffer.from(`token ${around(secret)}`);
    for (const form of [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      encodeURIComponent(`=${around(secret)}`),
    ]) {
      const masked = mask(`printed: ${form} end`);
      expect(masked, name).not.toContain(form.slice(-16));
    }
  }
});

const VALUES = {
  MY_API_KEY: 'plain-horse-battery-7',
  DB_PASSWORD: 'p@ss "word"/with &all?',
  DEPLOY_SECRET: 'ünïcode-gehëim-9',
  SIGNING_PRIVATE_KEY: `first line of it\nsecond ${word(30)}\nthird`,
  DATABASE_URL: 'postgres://app:correct-horse-staple@db.example.org/app',
};
const PASSWORDS = [VALUES.MY_API_KEY, VALUES.DB_PASSWORD, VALUES.DEPLOY_SECRET, VALUES.SIGNING_PRIVATE_KEY, 'correct-horse-staple'];
const known = makeMask(VALUES);
const shift = (value: string, by: string) => Buffer.from(`${by}${value} and more`).toString('base64');
const FORMS: ((value: string) => string)[] = [
  (value) => value,
  (value) => JSON.stringify({ value }),
  (value) => encodeURIComponent(value),
  (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  (value) => Buffer.from(value).toString('base64'),
  (value) => Buffer.from(value).toString('base64url'),
  (value) => shift(value, 'a'),
  (value) => shift(value, 'ab'),
  (value) => shift(value, 'user:'),
  (value) => Buffer.from(value).toString('hex'),
  (value) => [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
];

test('values of secret-named variables go in every form that they are printed in', () => {
  for (const value of PASSWORDS)
    for (const form of FORMS)
      expect(known(`x ${form(value)} y`), form(value)).not.toContain(form(value).replaceAll(/["{}]/g, '').slice(8, 20));
});

test('ordinary text, names and hashes stay as they are', () => {
  const text = `The key of the report is in src/keys/token-list.ts (commit ${hex(40)}); passwords are hashed.
diff --git a/src/password.ts b/src/password.ts
+export const password = readPassword();
  const token = await session.token();  // Bearer of news
  pat task sk-1 https://example.org/a/b?c=d user@example.org run_${hex(32)} sha512-${'A'.repeat(10)}`;
  expect(mask(text)).toBe(text);
  expect(known(text)).toBe(text);
  expect(
    makeMask({ SSH_AUTH_SOCK: '/tmp/ssh-x/agent.1', DEBUG_TOKEN: 'true', API_KEY_FILE: '/etc/keys/api' })(
      '/tmp/ssh-x/agent.1 true /etc/keys/api',
    ),
  ).toBe('/tmp/ssh-x/agent.1 true /etc/keys/api');
});

test('masking twice changes nothing', () => {
  for (const [name, secret, around = (text: string) => text] of SAMPLES) {
    const once = mask(`a ${around(secret)} b`);
    expect(mask(once), name).toBe(once);
  }
});

test('a secret that is cut in two by the stream leaves nothing in either half, wherever the cut is', () => {
  for (const [name, secret, around = (text: string) => text] of SAMPLES) {
    for (const whole of [`before ${around(secret)} after`, `before\n${around(secret)}\nafter`]) {
      for (let cut = 1; cut < whole.length; cut += 1) {
        const stream = mask.stream();
        const shown = stream.write(whole.slice(0, cut)) + stream.write(whole.slice(cut)) + stream.end();
        expect(shown, `${name} cut at ${cut}`).toBe(mask(whole));
      }
    }
  }
});

test('a value that comes character by character leaves nothing, in any form', () => {
  for (const value of PASSWORDS) {
    for (const form of FORMS) {
      const stream = known.stream();
      const whole = `before ${form(value)} after`;
      let shown = '';
      for (const character of whole) shown += stream.write(character);
      shown += stream.end();
      expect(shown, form(value)).toBe(known(whole));
      expect(shown).not.toContain(value.slice(-12));
    }
  }
});

test('what may go on is not shown before its end is seen', () => {
  const [, , , [, secret] = ['', '']] = SAMPLES;
  for (let length = 1; length < secret.length; length++) expect(mask.partial(`out: ${secret.slice(0, length)}`)).toBe('out: ');
});

test('text that has no secret is shown as it comes, word by word', () => {
  const stream = mask.stream();
  expect(stream.write('Two words and a ha')).toBe('Two words and a ');
  expect(stream.write('lf.\n')).toBe('half.\n');
  expect(stream.end()).toBe('');
});

test('an endless word and an endless key hold no memory and leave nothing', () => {
  const stream = mask.stream();
  const blob = 'a,'.repeat(50_000);
  let shown = '';
  for (let at = 0; at < blob.length; at += 1000) shown += stream.write(blob.slice(at, at + 1000));
  expect(shown.length).toBeGreaterThan(blob.length - 6000);
  expect(shown + stream.end()).toBe(blob);
  const key = mask.stream();
  let told = key.write(`sk-${word(5000)}`);
  told += key.write(word(3000, 2)) + key.write(' after') + key.end();
  expect(told).toBe('[masked] after');
});

test('a text that was cut within a value keeps neither end of it', () => {
  const value = VALUES.MY_API_KEY;
  expect(known(`${value.slice(7)} rest`)).toBe('[masked] rest');
  expect(known(`begin ${value.slice(0, 12)}`)).toBe('begin [masked]');
  expect(known(`a ${value.slice(0, 12)}\n[900 characters left out]\n${value.slice(9)} b`)).toBe(
    'a [masked]\n[900 characters left out]\n[masked] b',
  );
});
