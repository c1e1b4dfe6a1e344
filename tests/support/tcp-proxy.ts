import { connect, createServer, type Socket } from 'node:net';

/** A wire to a server that can be cut: then nothing gets through in either direction, and nobody is told. */
export interface TcpProxy {
  url: string;
  cut(): void;
  /** What was cut stays dead, as after a change of networks; new connections get through. */
  mend(): void;
  /** How many calls and openings of sockets went through. */
  requests(): number;
  close(): Promise<void>;
}

/** @param refuse a call whose head holds this text does not get through. */
export async function startTcpProxy(target: string, refuse: string | null = null): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<[Socket, Socket]>();
  const dead: Socket[] = [];
  let isCut = false;
  let requests = 0;
  const own = () => `127.0.0.1:${(server.address() as { port: number }).port}`;
  const server = createServer((near) => {
    if (isCut) return void dead.push(near.on('error', () => {}));
    const far = connect(Number(port), hostname);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    // A server answers to its own address only: that of the wire is put right in each request.
    near.on('data', (data) => {
      const text = data.toString('latin1');
      if (/^(GET|POST|PUT) \//.test(text)) requests += 1;
      if (refuse !== null && text.includes(refuse)) return near.destroy();
      if (!isCut) far.write(Buffer.from(text.replaceAll(own(), new URL(target).host), 'latin1'));
    });
    far.on('data', (data) => isCut || near.write(data));
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        // A cut wire carries no goodbye either.
        if (!pairs.delete(pair) || isCut) return;
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const end = () => {
    for (const socket of [...[...pairs].flat(), ...dead.splice(0)]) socket.destroy();
    pairs.clear();
  };
  return {
    url: `http://${own()}`,
    requests: () => requests,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
      end();
    },
    close() {
      end();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
