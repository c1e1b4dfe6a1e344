import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from '@specwright/runner/testing/callers-that-die.ts';
import { afterEach, expect, test } from 'vitest';
import { askToBeLetIn } from './device-flow.ts';
import { serverAddress } from './server-address.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that answers the polls one after the other. */
async function given(polls: [number, unknown][], code: [number, unknown] = [200, CODE]) {
  const asked: unknown[] = [];
  const waits: number[] = [];
  const shown: string[] = [];
  let now = 0;
  const http = createServer(async (request, response) => {
    const text = await bodyOf(request);
    if (text === null) return;
    asked.push([request.url, JSON.parse(text)]);
    const [status, body] = request.url?.endsWith('/code') ? code : (polls.shift() ?? [500, {}]);
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  closing.push(() => http.close());
  const flow = {
    server: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    clientId: 'specwright-runner',
    scope: 'runner box',
    show: (page: string, its: string) => void shown.push(`${page} ${its}`),
    wait: async (ms: number) => {
      waits.push(ms);
      now += ms;
    },
    monotonic: () => now,
  };
  return { letIn: askToBeLetIn(flow), asked, waits, shown };
}

const CODE = {
  device_code: 'dev',
  user_code: 'ABCD\u001b[2J',
  verification_uri: 'https://x/device',
  verification_uri_complete: 'https://x/device?code=ABCD',
  expires_in: 60,
  interval: 2,
};
const PENDING: [number, unknown] = [400, { error: 'authorization_pending' }];

test('the code is shown, the answer is waited for at the pace that the server asks', async () => {
  const polls: [number, unknown][] = [
    PENDING,
    [400, { error: 'slow_down' }],
    [503, {}],
    [200, { access_token: 'tok', scope: 'runner box organisation:org_1' }],
  ];
  const { letIn, asked, waits, shown } = await given(polls);
  expect(await letIn).toEqual({ token: 'tok', scope: 'runner box organisation:org_1' });
  expect(waits).toEqual([2000, 2000, 7000, 7000]);
  expect(shown).toEqual(['https://x/device?code=ABCD ABCD[2J']);
  expect(asked[0]).toEqual(['/api/auth/device/code', { client_id: 'specwright-runner', scope: 'runner box' }]);
  expect(asked[1]).toEqual([
    '/api/auth/device/token',
    { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'dev', client_id: 'specwright-runner' },
  ]);
});

test('a denial, an expired code, nobody in time and a wrong server are told in one sentence each', async () => {
  await expect((await given([PENDING, [400, { error: 'access_denied' }]])).letIn).rejects.toThrow('It was denied on the page.');
  await expect((await given([[400, { error: 'expired_token' }]])).letIn).rejects.toThrow('Nobody approved it in time.');
  await expect((await given(Array.from({ length: 40 }, () => PENDING))).letIn).rejects.toThrow('Nobody approved it in time.');
  await expect((await given([], [404, {}])).letIn).rejects.toThrow(/address of a Specwright server/);
  await expect((await given([[400, { error: 'invalid_grant', error_description: 'No such code' }]])).letIn).rejects.toThrow('No such code');
});

test('tokens travel by https, or to this machine', () => {
  expect(serverAddress('specwright.example.org/machines')).toBe('https://specwright.example.org');
  expect(serverAddress('http://127.0.0.1:8787/')).toBe('http://127.0.0.1:8787');
  expect(serverAddress('http://localhost:1')).toBe('http://localhost:1');
  for (const text of ['http://example.org', 'http://127.0.0.1.evil.org', 'ftp://x', 'https://a:b@x', '::', 'file:///etc'])
    expect(() => serverAddress(text), text).toThrow();
});
