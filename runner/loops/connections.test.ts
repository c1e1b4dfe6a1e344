import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { fixedToken } from '../identity/identity.ts';
import { ServerFault } from '../identity/server-fault.ts';
import { makeConnections } from './connections.ts';
import { makeRunnerApi } from './runner-api.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function given(answer: RequestListener) {
  const server = createServer((request, response) => request.resume().on('end', () => answer(request, response)));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const connections = makeConnections(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  closing.push(
    () => connections.close(),
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const post = () => connections.post('/x', { a: 'ü' }, { token: 'secret', signal: AbortSignal.timeout(20_000) });
  return { server, connections, post };
}

test('a call on a kept connection that the server closes meanwhile is made again on another', async () => {
  const calls: { port: number | undefined; authorization: string | undefined }[] = [];
  const { post } = await given(({ socket, headers }, response) => {
    const { remotePort: port } = socket;
    calls.push({ port, authorization: headers.authorization });
    if (calls.length === 2) socket.destroy();
    else response.end('ok');
  });
  expect(await post()).toEqual({ status: 200, text: 'ok' });
  expect(await post()).toEqual({ status: 200, text: 'ok' });
  const [first, second, third] = calls;
  expect(second?.port).toBe(first?.port);
  expect(third?.port).not.toBe(first?.port);
  expect(new Set(calls.map((call) => call.authorization))).toEqual(new Set(['Bearer secret']));
});

test('a new connection that the server closes is a fault, and so is an answer that breaks off', async () => {
  const { post } = await given(({ socket }) => socket.destroy());
  await expect(post()).rejects.toThrow();
  const torn = await given(({ socket }, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => socket.destroy());
  });
  await expect(torn.post()).rejects.toThrow();
});

test('a call that was given up ends', async () => {
  const { connections } = await given(() => {});
  const givenUp = new AbortController();
  const call = connections.post('/x', {}, { token: 't', signal: givenUp.signal });
  givenUp.abort();
  await expect(call).rejects.toThrow();
});

test('a server that is not there can be asked again; a refusal names its reason', async () => {
  const { server, connections } = await given((_request, response) => response.writeHead(403).end(JSON.stringify({ message: 'Not you.' })));
  const api = makeRunnerApi({ connections, identity: fixedToken('t'), timeoutMs: 20_000, signal: new AbortController().signal });
  await expect(api.pull(1)).rejects.toMatchObject({ status: 403, message: 'Not you.', retryable: false });
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  const fault = await api.pull(1).catch((error) => error);
  expect(fault).toBeInstanceOf(ServerFault);
  expect(fault).toMatchObject({ status: 0, retryable: true, message: expect.stringContaining('ECONNREFUSED') });
});
