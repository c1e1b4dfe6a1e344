import { waitUntil } from 'cloudflare:workers';
import { apiKey } from '@better-auth/api-key';
import * as schema from '@specwright/migrations/schema.ts';
import { type IdKind, newId } from '@specwright/protocol/id.ts';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import { bearer } from 'better-auth/plugins/bearer';
import { deviceAuthorization } from 'better-auth/plugins/device-authorization';
import { drizzle } from 'drizzle-orm/d1';
import { logLine } from '../door/log.ts';
import { originOf, type WorkerEnv } from '../environment.ts';
import { KEY_PREFIX } from './credential.ts';
import { withHashedSecrets } from './hashed-secrets.ts';
import { byMail, type Given } from './proof-by-mail.ts';
import { serverCalls } from './server-calls.ts';
import { cookiePrefix, RENEW_MS, SESSION_MS } from './session-cookie.ts';
import { gitHub, mayBeMade } from './sign-up-rules.ts';

/**
 * better-auth for one request: passwords (scrypt), sessions, GitHub, devices (RFC 8628), making keys. Nobody reaches its own routes:
 * ours call it in process. Organisations and invitations are ours alone: their rules (the last owner stays, an invitation works once)
 * must each hold in one SQL statement.
 */
export function authOf(env: WorkerEnv, given: Given = {}) {
  const origin = originOf(env);
  if (!env.BETTER_AUTH_SECRET) throw new Error('BETTER_AUTH_SECRET is not set.');
  return betterAuth({
    baseURL: origin.origin,
    basePath: '/api/auth',
    secret: env.BETTER_AUTH_SECRET,
    database: withHashedSecrets(drizzleAdapter(drizzle(env.DB), { provider: 'sqlite', schema })),
    ...byMail(env, given),
    socialProviders: gitHub(env),
    // The state of a sign-in that is on its way stands sealed in the browser's cookie, and nowhere in D1.
    account: { storeStateStrategy: 'cookie', encryptOAuthTokens: true },
    databaseHooks: { user: { create: { before: (user, context) => mayBeMade(env, user, { path: context?.path, proven: given.proven }) } } },
    session: {
      expiresIn: SESSION_MS / 1000,
      updateAge: RENEW_MS / 1000,
      additionalFields: { activeOrganizationId: { type: 'string', required: false, input: false } },
    },
    advanced: {
      ...cookiesFor(origin),
      ipAddress: { ipAddressHeaders: ['cf-connecting-ip'] },
      database: { generateId: ({ model }) => newId(ID_OF[model] ?? 'request') },
      backgroundTasks: { handler: waitUntil },
    },
    plugins: [serverCalls(), bearer(), devices(), keys()],
    // Where a way back from GitHub ends that began nowhere.
    onAPIError: { errorURL: `${origin.origin}/sign-in` },
    // The door limits; see worker/access.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (level, message) => logLine('error', { event: 'auth', level, message }) },
  });
}

const ID_OF: Record<string, IdKind> = { user: 'user', session: 'session', apikey: 'apiKey' };

function devices() {
  return deviceAuthorization({
    verificationUri: '/device',
    expiresIn: '15m',
    interval: '5s',
    validateClient: (id) => /^specwright(-[a-z]+)?$/.test(id),
    schema: { deviceCode: { modelName: 'deviceCodes' } },
  });
}

/** Keys are only made here: they are looked up by our own query (caller.ts), and hashed where all secrets are (hashed-secrets.ts). */
function keys() {
  return apiKey({
    defaultPrefix: KEY_PREFIX,
    startingCharactersConfig: { charactersLength: KEY_PREFIX.length + 6 },
    disableKeyHashing: true,
    maximumNameLength: 120,
    keyExpiration: { maxExpiresIn: 366 },
    // Its default is ten calls a day.
    rateLimit: { enabled: false },
    schema: { apikey: { modelName: 'apiKeys' } },
  });
}

function cookiesFor(origin: URL) {
  const secure = origin.protocol === 'https:';
  return {
    // The `__Secure-` that this would add stands in the way of `__Host-`.
    useSecureCookies: false,
    cookiePrefix: cookiePrefix(origin),
    defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax' as const, path: '/' },
  };
}
