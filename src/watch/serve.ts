import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PitstopError } from '../errors.ts';
import { METRICS_TYPE } from './metrics.ts';

/** Where metrics are served. */
export interface Address {
  readonly host: string;
  /** 0 is any port that is free. */
  readonly port: number;
}

/** What a scraper waits for at most; Prometheus itself gives up after 10 s. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Serves `GET /metrics` until the returned function is called.
 * @param metrics the text of all metrics; what it throws is the scraper's 500
 * @throws PitstopError `address-unavailable`
 */
export async function serveMetrics(
  { host, port }: Address,
  metrics: () => Promise<string>,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string) => {
      response.writeHead(status, { 'content-type': type }).end(request.method === 'HEAD' ? undefined : text);
    };
    const [path] = (request.url ?? '/').split('?');
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'text/plain', 'only GET\n');
    if (path !== '/metrics') return answer(404, 'text/plain', 'the metrics are at /metrics\n');
    metrics().then(
      (text) => answer(200, METRICS_TYPE, text),
      () => answer(500, 'text/plain', 'the metrics could not be put together\n'),
    );
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, host, port);
  const bound = server.address() as AddressInfo;
  const shown = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    url: `http://${shown}:${bound.port}/metrics`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(port, host);
  try {
    await listening;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PitstopError('address-unavailable', `metrics cannot be served at ${host}:${port}: ${message}`, {
      hint: 'Name another address with --prometheus ADDRESS:PORT; port 0 is any that is free.',
      cause,
    });
  }
}
