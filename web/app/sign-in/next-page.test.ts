import { describe, expect, test } from 'vitest';
import { nextPage, signInPath } from './next-page.ts';

describe('The way back after signing in', () => {
  test.each(['/', '/machines', '/device?code=ABCD-EFGH', '/specs/spc_1?x=//y'])('is %s', (path) => {
    expect(nextPage(path)).toBe(path);
  });

  test.each([
    null,
    undefined,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    '/a\\..\\b',
  ])('never leaves this site: %j', (path) => {
    expect(nextPage(path)).toBe('/');
  });

  test('stands in the address of the sign-in page, for pages that are read', () => {
    expect(signInPath(new Request('http://here/device?code=AB'))).toBe('/sign-in?next=%2Fdevice%3Fcode%3DAB');
    expect(signInPath(new Request('http://here/'))).toBe('/sign-in');
    expect(signInPath(new Request('http://here/machines', { method: 'POST' }))).toBe('/sign-in');
  });
});
