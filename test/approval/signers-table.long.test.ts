import { describe, expect, test as base } from 'vitest';
import type { FileList } from '../../src/approval/signers-file.ts';
import { readSignersTable, readSignersTableScript } from '../../src/approval/signers-table.ts';
import { readSigners } from '../../src/approval/signers.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { createTestDatabase, lend, type TestDatabase } from '../support/database.ts';
import { createRole, type TestRole } from '../support/roles.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const TEXT = `alice@example.com ${KEY} laptop\nbob valid-before="20300101" ${KEY}\n`;

interface Place {
  readonly database: TestDatabase;
  /** Whom pitstop connects as. */
  readonly runner: TestRole;
}

/** A database with the list as the script makes it, and two people on it. */
const test = base.extend<{ place: Place }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixtures that are needed from the pattern
  place: async ({}, use) => {
    await lend(await createTestDatabase(), async (database) => {
      await database.query(await readSignersTableScript());
      await database.query(
        `INSERT INTO pitstop_approval.allowed_signer (principal, key, options)
         VALUES ('bob', $1, 'valid-before="20300101"'), ('alice@example.com', $1 || ' laptop', '')`,
        [KEY],
      );
      await use({ database, runner: await createRole(database) });
    });
  },
});

const read = (url: string): Promise<FileList> =>
  withSession(parseTarget(url, {}), 'test', null, readSignersTable);

const refusedFor = (problem: RegExp) => ({
  problems: expect.arrayContaining([expect.stringMatching(problem)]),
});

describe('the list in the table', () => {
  test('counts for a role that can only read it', async ({ place }) => {
    expect(await read(place.runner.url)).toEqual({ text: TEXT });
  });

  test('is what is found where no file counts', async ({ place }) => {
    const found = await withSession(parseTarget(place.runner.url, {}), 'test', null, (session) =>
      readSigners({ file: '/nowhere/allowed_signers', repositoryRoot: '/tmp', session }),
    );
    expect(found.list).toMatchObject({
      source: 'table',
      where: 'pitstop_approval.allowed_signer',
      text: TEXT,
      signers: [{ principals: ['alice@example.com'] }, { principals: ['bob'] }],
    });
    expect(found.problems).toEqual([expect.stringContaining('/nowhere/allowed_signers: ')]);
  });

  test('is left as it was, and so is the session', async ({ place }) => {
    await withSession(parseTarget(place.runner.url, {}), 'test', null, async (session) => {
      const settings = `SELECT current_setting('search_path') AS path, current_setting('transaction_read_only') AS "readOnly"`;
      const before = await session.query(settings);
      await readSignersTable(session);
      expect(await session.query(settings)).toEqual(before);
    });
  });

  test('counts for what a performance tool may well have: maintenance, monitoring, reading, new schemas', async ({
    place: { database, runner },
  }) => {
    for (const role of ['pg_maintain', 'pg_monitor', 'pg_read_all_data'])
      await database.query(`GRANT ${role} TO ${runner.name}`);
    await database.query(`GRANT CREATE ON DATABASE ${database.name} TO ${runner.name}`);
    expect(await read(runner.url)).toEqual({ text: TEXT });
  });

  test('counts for the owner of the database, who does not own what others make in it', async ({
    place: { database, runner },
  }) => {
    await database.query(`ALTER DATABASE ${database.name} OWNER TO ${runner.name}`);
    expect(await read(runner.url)).toEqual({ text: TEXT });
    for (const attempt of [
      'DROP SCHEMA pitstop_approval CASCADE',
      'ALTER SCHEMA pitstop_approval RENAME TO other',
      `ALTER SCHEMA pitstop_approval OWNER TO ${runner.name}`,
      'CREATE TABLE pitstop_approval.other ()',
      'DROP TABLE pitstop_approval.allowed_signer',
      `INSERT INTO pitstop_approval.allowed_signer VALUES ('mallory', 'key')`,
      'DELETE FROM pitstop_approval.allowed_signer',
      'TRUNCATE pitstop_approval.allowed_signer',
      'CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    ]) {
      const code = await withSession(parseTarget(runner.url, {}), 'test', null, (session) =>
        session.query(attempt).then(
          () => 'succeeded',
          (error: unknown) => (error as { code?: string }).code,
        ),
      );
      expect({ attempt, code }).toEqual({ attempt, code: '42501' });
    }
    // A grant of what one may not grant is a warning, and grants nothing.
    await withSession(parseTarget(runner.url, {}), 'test', null, (session) =>
      session.query(grant('INSERT', 'CURRENT_USER')),
    );
    expect(await read(runner.url)).toEqual({ text: TEXT });
  });
});

describe('the list does not count', () => {
  /** What an administrator has done; RUNNER and OTHER are roles, DATABASE is the database. */
  const REACHES: readonly [problem: RegExp, sql: string][] = [
    [/can change everything: .*RUNNER/, 'ALTER ROLE RUNNER SUPERUSER'],
    [/can change everything: RUNNER/, 'ALTER ROLE RUNNER CREATEROLE'],
    [/can change everything: RUNNER/, 'ALTER ROLE RUNNER REPLICATION'],
    [/can change everything: OTHER/, 'ALTER ROLE OTHER SUPERUSER; GRANT OTHER TO RUNNER'],
    [/can change everything: .*pg_write_all_data/, 'GRANT pg_write_all_data TO RUNNER'],
    [/can change everything: pg_write_server_files/, 'GRANT pg_write_server_files TO RUNNER'],
    [/can change everything: pg_execute_server_program/, 'GRANT pg_execute_server_program TO RUNNER'],
    [/can change everything: RUNNER/, 'GRANT EXECUTE ON FUNCTION lo_export(oid, text) TO RUNNER'],
    [/the owner of the table or its schema: RUNNER/, owner('TABLE', 'RUNNER')],
    [/the owner of the table or its schema: RUNNER/, owner('SCHEMA', 'RUNNER')],
    [/the owner of the table or its schema: OTHER/, `${owner('TABLE', 'OTHER')}; GRANT OTHER TO RUNNER`],
    [
      /the owner of the table or its schema: OTHER/,
      `${owner('TABLE', 'OTHER')}; GRANT OTHER TO RUNNER WITH INHERIT FALSE, SET TRUE`,
    ],
    [
      /the owner of the table or its schema: OTHER/,
      `${owner('SCHEMA', 'OTHER')}; GRANT OTHER TO RUNNER WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
    ],
    [
      /the owner of the table or its schema: pg_database_owner/,
      `${owner('SCHEMA', 'pg_database_owner')}; ALTER DATABASE DATABASE OWNER TO RUNNER`,
    ],
    ...['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'].map((right): [RegExp, string] => [
      /may write the table .*: RUNNER/,
      grant(right, 'RUNNER'),
    ]),
    [/may write the table .*: RUNNER/, grant('INSERT (principal, key)', 'RUNNER')],
    [/may write the table .*: RUNNER/, grant('UPDATE (key)', 'RUNNER')],
    [
      /may write the table .*: OTHER, RUNNER|: RUNNER, OTHER/,
      `${grant('UPDATE', 'OTHER')}; GRANT OTHER TO RUNNER`,
    ],
    [
      /may write the table .*: OTHER/,
      `${grant('UPDATE', 'OTHER')}; GRANT OTHER TO RUNNER WITH INHERIT FALSE, SET TRUE`,
    ],
    [/may write the table .*: RUNNER/, grant('INSERT', 'PUBLIC')],
    [/may write the table .*: RUNNER/, 'GRANT CREATE ON SCHEMA pitstop_approval TO RUNNER'],
    [/more than read it: OTHER/, grant('INSERT', 'OTHER')],
    [/more than read it: OTHER/, grant('UPDATE (key)', 'OTHER')],
    [/more than read it: PUBLIC/, grant('DELETE', 'PUBLIC')],
    [
      /functions run with the rights of its owner, .*: public\.add\(\)/,
      `${owner('TABLE', 'OTHER')}; CREATE FUNCTION public.add() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT';
       ALTER FUNCTION public.add() OWNER TO OTHER`,
    ],
    [/no ordinary, permanent table/, 'ALTER TABLE pitstop_approval.allowed_signer SET UNLOGGED'],
    [
      /no ordinary, permanent table/,
      `ALTER TABLE pitstop_approval.allowed_signer RENAME TO list;
       CREATE VIEW pitstop_approval.allowed_signer AS SELECT * FROM pitstop_approval.list;
       GRANT SELECT ON pitstop_approval.allowed_signer TO PUBLIC`,
    ],
    [
      /inherits or is inherited from/,
      `CREATE TABLE public.parent (principal text NOT NULL); ALTER TABLE public.parent OWNER TO RUNNER;
       ALTER TABLE pitstop_approval.allowed_signer INHERIT public.parent`,
    ],
    [
      /inherits or is inherited from/,
      'CREATE TABLE public.child () INHERITS (pitstop_approval.allowed_signer)',
    ],
    [
      /triggers or foreign keys/,
      `CREATE TRIGGER t BEFORE UPDATE ON pitstop_approval.allowed_signer
         FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    ],
    [
      /triggers or foreign keys/,
      `CREATE TABLE public.person (name text PRIMARY KEY); INSERT INTO public.person VALUES ('bob'), ('alice@example.com');
       ALTER TABLE public.person OWNER TO RUNNER;
       ALTER TABLE pitstop_approval.allowed_signer ADD FOREIGN KEY (principal) REFERENCES public.person ON UPDATE CASCADE`,
    ],
    [
      /a view or a rule is on it/,
      `CREATE VIEW public.approvers AS SELECT * FROM pitstop_approval.allowed_signer;
       GRANT INSERT ON public.approvers TO RUNNER`,
    ],
    [
      /a view or a rule is on it/,
      'CREATE RULE r AS ON DELETE TO pitstop_approval.allowed_signer DO INSTEAD NOTHING',
    ],
    [
      /row security/,
      `ALTER TABLE pitstop_approval.allowed_signer ENABLE ROW LEVEL SECURITY;
       CREATE POLICY p ON pitstop_approval.allowed_signer USING (true)`,
    ],
    [/has not the columns/, 'ALTER TABLE pitstop_approval.allowed_signer RENAME options TO notes'],
    [/has not the columns/, 'ALTER TABLE pitstop_approval.allowed_signer ALTER options TYPE varchar(90)'],
    [/may not read it/, 'REVOKE SELECT ON pitstop_approval.allowed_signer FROM PUBLIC'],
    [/may not read it/, 'REVOKE USAGE ON SCHEMA pitstop_approval FROM PUBLIC'],
    [/does not exist/, 'DROP SCHEMA pitstop_approval CASCADE'],
    [/names no signer/, 'TRUNCATE pitstop_approval.allowed_signer'],
    [
      /line 1: a key is for one name/,
      `UPDATE pitstop_approval.allowed_signer SET principal = '*' WHERE options = ''`,
    ],
    [
      /a row has more than one line/,
      String.raw`UPDATE pitstop_approval.allowed_signer SET key = key || E'\neve ' || key WHERE options = ''`,
    ],
  ];

  test.for(REACHES)('%s: %s', async ([problem, sql], { place: { database, runner } }) => {
    const other = await createRole(database);
    const named = (text: string) =>
      text
        .replaceAll('RUNNER', runner.name)
        .replaceAll('OTHER', other.name)
        .replaceAll('DATABASE DATABASE', `DATABASE ${database.name}`);
    await database.query(named(sql));
    expect(await read(runner.url)).toEqual(refusedFor(new RegExp(named(problem.source))));
  });

  test('for a role that may change a setting by which the server loads code', async ({
    place: { database, runner },
  }) => {
    for (const right of [
      'SET ON PARAMETER session_preload_libraries',
      'ALTER SYSTEM ON PARAMETER work_mem',
    ]) {
      await database.query(`GRANT ${right} TO ${runner.name}`);
      const found = await read(runner.url);
      // The grant is the server's, not the database's: it would outlive the test.
      await database.query(`REVOKE ${right} FROM ${runner.name}`);
      expect(found).toEqual(refusedFor(new RegExp(`can change everything: ${runner.name}`)));
    }
    expect(await read(runner.url)).toEqual({ text: TEXT });
  });

  test('for a login whose rights are hidden behind a role that it takes on', async ({
    place: { database, runner },
  }) => {
    await database.query(owner('TABLE', runner.name));
    const modest = await createRole(database);
    await database.query(`GRANT ${modest.name} TO ${runner.name}`);
    await database.query(`ALTER ROLE ${runner.name} SET role = '${modest.name}'`);
    expect(await read(runner.url)).toEqual(refusedFor(new RegExp(`owner of the table .*: ${runner.name}`)));
  });

  test('for what functions and operators of the role’s own say', async ({ place: { database, runner } }) => {
    await database.query(
      `${grant('INSERT', runner.name)};
       CREATE SCHEMA mine AUTHORIZATION ${runner.name};
       CREATE FUNCTION mine.pg_has_role(name, oid, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
       CREATE FUNCTION mine.has_table_privilege(oid, oid, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
       CREATE FUNCTION mine.same(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
       CREATE OPERATOR mine.<> (LEFTARG = oid, RIGHTARG = oid, FUNCTION = mine.same);
       CREATE VIEW mine.pg_trigger AS SELECT * FROM pg_catalog.pg_trigger WHERE false;
       GRANT ALL ON ALL TABLES IN SCHEMA mine TO ${runner.name};
       ALTER ROLE ${runner.name} SET search_path = mine, pg_catalog`,
    );
    expect(await read(runner.url)).toEqual(refusedFor(new RegExp(`may write the table .*: ${runner.name}`)));
    expect(await read(runner.url)).toEqual(refusedFor(new RegExp(`more than read it: ${runner.name}`)));
  });
});

describe('the script', () => {
  test('takes over nothing that is there already', async ({ place: { database, runner } }) => {
    await database.query('DROP SCHEMA pitstop_approval CASCADE');
    await database.query(`CREATE SCHEMA pitstop_approval AUTHORIZATION ${runner.name}`);
    await expect(database.query(await readSignersTableScript())).rejects.toMatchObject({ code: '42P06' });
    await database.query('ROLLBACK');
    expect(await read(runner.url)).toEqual({ problems: ['it does not exist'] });
  });

  test('makes a list for nobody but its owner to change, whatever the default privileges are', async ({
    place: { database, runner },
  }) => {
    await database.query('DROP SCHEMA pitstop_approval CASCADE');
    await database.query('ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC');
    await database.query(await readSignersTableScript());
    await database.query(`INSERT INTO pitstop_approval.allowed_signer VALUES ('alice', $1)`, [KEY]);
    expect(await read(runner.url)).toEqual({ text: `alice ${KEY}\n` });
  });
});

function owner(what: 'TABLE' | 'SCHEMA', role: string): string {
  return `ALTER ${what} pitstop_approval${what === 'TABLE' ? '.allowed_signer' : ''} OWNER TO ${role}`;
}

function grant(right: string, role: string): string {
  return `GRANT ${right} ON pitstop_approval.allowed_signer TO ${role}`;
}
