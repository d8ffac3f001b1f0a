import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to the server that can be taken away and given back, as a server that stops and starts. */
export interface SwitchingProxy {
  /** The URL that goes through it. */
  readonly url: string;
  /** Cuts every connection, and refuses new ones. */
  readonly off: () => Promise<void>;
  readonly on: () => Promise<void>;
}

export async function createSwitchingProxy(url: string): Promise<SwitchingProxy> {
  const server = new URL(url);
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const backend = connect(Number(server.port), server.hostname);
    const end = () => {
      client.destroy();
      backend.destroy();
    };
    for (const socket of [client, backend]) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on('error', end).on('close', end);
    }
    client.pipe(backend);
    backend.pipe(client);
  });
  const listen = async (port: number) => {
    proxy.listen(port, '127.0.0.1');
    await once(proxy, 'listening');
    return (proxy.address() as AddressInfo).port;
  };
  const off = async () => {
    if (!proxy.listening) return;
    const closed = once(proxy, 'close');
    proxy.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await closed;
  };
  const port = await listen(0);
  onTestFinished(off);
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(port);
  through.searchParams.set('sslmode', 'disable');
  return { url: through.href, off, on: async () => void (await listen(port)) };
}
