import type { SignInOptions } from '@specwright/protocol/people-api.ts';
import { type Ask, readPublic } from '../server/api.ts';

/** What the deployment offers; the least, where it does not say. */
const LEAST: SignInOptions = { signUp: 'invited', github: false, mail: false, local: false };

export async function readOptions(ask: Ask): Promise<SignInOptions> {
  return (await readPublic<SignInOptions>(ask, '/api/sign-in-options')) ?? LEAST;
}
