import type { Names, RolePowers } from '../pg/catalog/powers.ts';
import { warning, type Finding } from './check.ts';

const SEPARATE = 'Use a role that owns the tables, or may read them, and nothing more.';

/** What each predefined role means in the wrong hands. */
const MEANS: Readonly<Record<string, string>> = {
  pg_execute_server_program: 'runs programs on the server’s machine',
  pg_write_server_files: 'writes files on the server’s machine',
  pg_read_server_files: 'reads files on the server’s machine',
  pg_write_all_data: 'writes to every table',
  pg_maintain: 'locks, rebuilds and clusters every table',
  pg_signal_backend: 'ends sessions of others',
  pg_create_subscription: 'connects the server to others',
};

/** Powers that reach beyond the objects a role owns or was granted. */
export function dangersOf(powers: RolePowers): Finding[] {
  const { role } = powers;
  if (powers.superuser) {
    return [
      warning(
        `role ${role} is superuser: what gets past the gate can do everything, to files and programs of the server too`,
        SEPARATE,
      ),
    ];
  }
  const attributes: readonly (readonly [boolean, string])[] = [
    [powers.createRole, 'has CREATEROLE: it creates roles and hands out what it has'],
    [powers.createDatabase, 'has CREATEDB: it creates databases, and drops those it owns'],
    [powers.replication, 'has REPLICATION: it copies the whole server'],
    [powers.bypassRowSecurity, 'has BYPASSRLS: row security does not hold for it'],
    [powers.ownsDatabase, 'owns the database: it may drop it'],
  ];
  return [
    ...attributes.flatMap(([has, means]) => (has ? [warning(`role ${role} ${means}`, SEPARATE)] : [])),
    ...powers.memberships.map((name) =>
      warning(
        `role ${role} is a member of ${name}: it ${MEANS[name] ?? 'reaches beyond rows'}`,
        `REVOKE ${name} FROM ${role}.`,
      ),
    ),
  ];
}

/** What a role that should only read could write. */
export function writesOf({ role, superuser, owned, writable, creates, definers }: RolePowers): Finding[] {
  if (superuser) return [];
  const writes: readonly (readonly [Names, string, string])[] = [
    [owned, 'owns', 'Give them to another role: ALTER TABLE … OWNER TO ….'],
    [
      writable,
      'can write to',
      `REVOKE INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN … FROM ${role}, or from PUBLIC.`,
    ],
    [creates, 'can create in', `REVOKE CREATE ON SCHEMA … FROM ${role}, or from PUBLIC.`],
    [
      definers,
      'can call functions that run with the rights of others:',
      `REVOKE EXECUTE … FROM ${role}, or from PUBLIC, where they write.`,
    ],
  ];
  return writes.flatMap(([names, can, fix]) =>
    names.count === 0 ? [] : [warning(`role ${role}, which should only read, ${can} ${sample(names)}`, fix)],
  );
}

/** `shop.orders, shop.lines and 3 more`. */
export function sample({ first, count }: Names): string {
  const more = count - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
