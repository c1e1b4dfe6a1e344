import * as schema from '@specwright/migrations/schema.ts';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import { drizzle } from 'drizzle-orm/d1';
import { originOf, type WorkerEnv } from '../environment.ts';
import { localSession } from './local-session.ts';

const DAY_S = 24 * 60 * 60;

/** better-auth for one request. People sign in by a one-time link only, for now: sign-up and passwords are off. */
export function authOf(env: WorkerEnv) {
  const origin = originOf(env);
  if (!env.BETTER_AUTH_SECRET) throw new Error('BETTER_AUTH_SECRET is not set.');
  return betterAuth({
    baseURL: origin.origin,
    basePath: '/api/auth',
    secret: env.BETTER_AUTH_SECRET,
    database: drizzleAdapter(drizzle(env.DB), { provider: 'sqlite', schema }),
    emailAndPassword: { enabled: false },
    session: { expiresIn: 30 * DAY_S, updateAge: DAY_S },
    advanced: cookiesFor(origin),
    plugins: [localSession()],
    telemetry: { enabled: false },
  });
}

/** The cookie's name holds the port, for cookies of one address ignore it; on HTTPS `__Host-` binds it to this host. */
function cookiesFor(origin: URL) {
  const secure = origin.protocol === 'https:';
  const name = `specwright${origin.port ? `-${origin.port}` : ''}`;
  return {
    // The `__Secure-` that this would add stands in the way of `__Host-`.
    useSecureCookies: false,
    cookiePrefix: secure ? `__Host-${name}` : name,
    defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax' as const, path: '/' },
  };
}
