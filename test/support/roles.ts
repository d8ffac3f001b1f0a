import { randomBytes } from 'node:crypto';
import { administer, type TestDatabase } from './database.ts';

/** A login role of limited rights; it goes when the database is dropped. */
export interface TestRole {
  readonly name: string;
  readonly password: string;
  /** Of the database, as this role. */
  readonly url: string;
}

/**
 * Creates a role and grants it what is listed, each in the words of `GRANT` without the grantee:
 * `USAGE ON SCHEMA shop`, `SELECT ON ALL TABLES IN SCHEMA shop`, `pg_monitor`.
 */
export async function createRole(
  database: TestDatabase,
  { grants = [], attributes = '' }: { grants?: readonly string[]; attributes?: string } = {},
): Promise<TestRole> {
  const name = `role_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(9).toString('base64url');
  await administer(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${attributes}`);
  database.afterDrop(async () => {
    await administer(`DROP ROLE ${name}`);
  });
  for (const grant of grants) await administer(`GRANT ${grant} TO ${name}`, [], database.name);
  const url = new URL(database.url);
  url.username = name;
  url.password = password;
  return { name, password, url: url.href };
}
