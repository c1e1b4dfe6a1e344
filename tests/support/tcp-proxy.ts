import { connect, createServer, type Socket } from 'node:net';

/** A wire to a server that can be cut: then nothing gets through in either direction, and nobody is told. */
export interface TcpProxy {
  url: string;
  cut(): void;
  /** What was cut stays dead, as after a change of networks; new connections get through. */
  mend(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<[Socket, Socket]>();
  const dead: Socket[] = [];
  let isCut = false;
  const own = () => `127.0.0.1:${(server.address() as { port: number }).port}`;
  const server = createServer((near) => {
    if (isCut) return void dead.push(near.on('error', () => {}));
    const far = connect(Number(port), hostname);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    // A server answers to its own address only: that of the wire is put right in each request.
    near.on('data', (data) => isCut || far.write(Buffer.from(data.toString('latin1').replaceAll(own(), new URL(target).host), 'latin1')));
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
