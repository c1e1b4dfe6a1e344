import { expect, test } from 'vitest';
import { accountsHere } from './accounts-here.ts';

test('an account is told by a fingerprint, never by its key; without a key there is none', () => {
  const [account] = accountsHere({ ZHIPU_API_KEY: 'a-secret-key' });
  expect(account).toEqual({ agent: 'opencode', fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(JSON.stringify(account)).not.toContain('secret');
  expect(accountsHere({ ZHIPU_API_KEY: 'another-key' })[0]?.fingerprint).not.toBe(account?.fingerprint);
  expect(accountsHere({})).toEqual([]);
});
