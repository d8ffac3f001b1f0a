import pg from 'pg';
import { connectionError } from './failure.ts';
import { describeTarget, type Target } from './target.ts';

/** Lends a way to run whole scripts on a server of our own: many statements in one text, no results. */
export async function withScripts<T>(
  target: Target,
  use: (runScript: (sql: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(target.config);
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw connectionError(error, describeTarget(target));
  });
  try {
    return await use(async (sql) => {
      await client.query(sql);
    });
  } finally {
    await client.end();
  }
}
