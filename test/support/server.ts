import process from 'node:process';
import type { TestProject } from 'vitest/node';
import { startEmbeddedServer } from '../../src/labs/embedded/server.ts';
import { startContainer } from './container.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the one server that all tests share; databases and roles are theirs to create. */
    serverUrl: string;
    serverKind: 'embedded' | 'container';
  }
}

/** Starts one PostgreSQL 18 for the whole test run: the embedded one, or a container with `PITSTOP_TEST_SERVER=container`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const container = process.env['PITSTOP_TEST_SERVER'] === 'container' ? await startContainer() : null;
  const server = container ?? (await startEmbeddedServer());
  project.provide('serverUrl', server.url);
  project.provide('serverKind', container === null ? 'embedded' : 'container');
  return () => server.stop();
}
