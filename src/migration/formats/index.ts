import { dbmate } from './dbmate.ts';
import { drizzle } from './drizzle.ts';
import { flyway } from './flyway.ts';
import type { MigrationFormat } from './format.ts';
import { golangMigrate } from './golang-migrate.ts';
import { graphileMigrate } from './graphile-migrate.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import { plain } from './plain.ts';
import { prisma } from './prisma.ts';

/** Every format that a configuration can name. */
export const FORMATS: readonly MigrationFormat[] = [
  plain,
  nodePgMigrate,
  dbmate,
  flyway,
  golangMigrate,
  graphileMigrate,
  drizzle,
  prisma,
];

export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

export function formatNamed(name: string): MigrationFormat {
  const found = FORMATS.find((format) => format.name === name);
  if (found !== undefined) return found;
  throw new Error(`no migration format is called ${name}; there are ${FORMAT_NAMES.join(', ')}`);
}
