import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Where a connection is cut: the COMMIT never arrives, or it arrives and its answer does not. */
export type Cut = 'before the commit' | 'before its answer';

/** A way to the server that is a plain one until it is told to lose a connection. */
export interface CuttingProxy {
  /** The URL that goes through it. */
  readonly url: string;
  /** Loses one connection of that session of pitstop, at its next COMMIT. */
  readonly cutNext: (session: string, cut: Cut) => void;
}

export async function createCuttingProxy(url: string): Promise<CuttingProxy> {
  const server = new URL(url);
  const sockets = new Set<Socket>();
  let next: { readonly session: string; readonly cut: Cut } | null = null;
  const proxy = createServer((client) => {
    const backend = connect(Number(server.port), server.hostname);
    let session = '';
    let waitsForAnswer = false;
    const end = () => {
      client.destroy();
      backend.destroy();
    };
    for (const socket of [client, backend]) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on('error', end).on('close', end);
    }
    client.on('data', (data) => {
      // The startup message says it; a zero byte ends it there, and ends the text of a statement.
      session = /application_name\0pitstop ([^\0]+)\0/.exec(data.toString('latin1'))?.[1] ?? session;
      if (next?.session === session && data.includes('COMMIT\0')) {
        const { cut } = next;
        next = null;
        if (cut === 'before the commit') return end();
        waitsForAnswer = true;
      }
      return backend.write(data);
    });
    backend.on('data', (data) => (waitsForAnswer ? end() : client.write(data)));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((proxy.address() as AddressInfo).port);
  through.searchParams.set('sslmode', 'disable');
  return {
    url: through.href,
    cutNext: (session, cut) => {
      next = { session, cut };
    },
  };
}
