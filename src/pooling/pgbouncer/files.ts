import { PitstopError } from '../../errors.ts';
import { printable } from '../../report/printable.ts';
import { FEATURE_ADVICE, type SessionUse } from '../session-uses.ts';
import type { BouncerPlan } from './plan.ts';
import { isLoopback } from './wishes.ts';
import {
  followsPreparedStatements,
  peersOf,
  processSettings,
  quoteName,
  sharedSettings,
  type BouncerSetting,
} from './settings.ts';
import { unitFile } from './unit.ts';
import { atLeast, SAFE_VERSION, versionText, weaknessesOf } from './version.ts';

/** A file of the configuration; none holds a secret. */
export interface BouncerFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The files of a plan: a whole one for each process, the list of users, which a person completes, and what systemd has to
 * know. What processes share is not in a file that they include: a second `[pgbouncer]` section sets what the first one set back to the
 * defaults (measured on 1.18).
 * @throws PitstopError `config-invalid` where a name cannot be written into such a file, or is PgBouncer's own
 */
export function bouncerFiles(plan: BouncerPlan): readonly BouncerFile[] {
  if (plan.server.database === 'pgbouncer')
    throw new PitstopError('config-invalid', 'PgBouncer keeps the database name pgbouncer for its console', {
      hint: 'Rename the database, or connect to it directly.',
    });
  const numbers = Array.from({ length: plan.sizes.processes }, (_, at) => at + 1);
  const unit = unitFile(plan);
  return [
    ...numbers.map((number) => ({ name: iniName(plan, number), text: asText(processLines(plan, number)) })),
    { name: 'userlist.txt', text: usersText(plan) },
    { name: unit.name, text: asText(unit.lines) },
  ];
}

/** `pgbouncer.ini`, or `pgbouncer-2.ini` where there are several processes. */
export function iniName({ sizes }: BouncerPlan, number: number): string {
  return sizes.processes === 1 ? 'pgbouncer.ini' : `pgbouncer-${number}.ini`;
}

function processLines(plan: BouncerPlan, number: number): string[] {
  const peers = peersOf(plan);
  const { processes } = plan.sizes;
  return [
    ...headLines(plan),
    '',
    '[databases]',
    `${quoteName(plan.server.database)} = ${connectionText(plan)}`,
    ...(peers === null ? [] : ['', '[peers]', ...peers]),
    '',
    '[pgbouncer]',
    ...sharedSettings(plan).flatMap(({ title, settings }) => settingLines(title, settings)),
    ...settingLines(
      processes === 1 ? 'This process' : `Process ${number} of ${processes}: all that differs`,
      processSettings(plan, number),
    ),
  ];
}

function settingLines(title: string, settings: readonly BouncerSetting[]): string[] {
  return [
    '',
    `;; ${title}`,
    ...settings.flatMap(({ name, value, why, isExample }) => [
      `; ${why}`,
      `${isExample ? ';' : ''}${name} = ${inOneLine(value)}`,
    ]),
  ];
}

/** What a person has to know before it runs. */
function headLines(plan: BouncerPlan): string[] {
  const { version, sizes, processesWhy } = plan;
  const open = weaknessesOf(version);
  return [
    `;; PgBouncer ${versionText(version)} in transaction mode. Its caps add up to ${sizes.serverConnections} connections to the server.`,
    ';; Holds no secret: the only password that PgBouncer needs goes into userlist.txt, by hand.',
    ...(atLeast(version, SAFE_VERSION)
      ? []
      : [
          `;; Open to ${open.join(', ')} unless the distribution has mended it; ${versionText(SAFE_VERSION)} is not.`,
        ]),
    `;; ${sizes.processes === 1 ? 'One process' : `${sizes.processes} processes`}: ${inOneLine(processesWhy)}.`,
    ...reachLines(plan),
    `;; It needs ${sizes.fileDescriptors} file descriptors${sizes.processes === 1 ? '' : ' for each process'} (ulimit -n): ${unitFile(plan).name} says so to systemd.`,
    ...(sizes.processes === 1
      ? []
      : [
          `;; Without systemd make ${plan.folders.run}/1 and so on first, owned by the user that runs PgBouncer.`,
        ]),
    ...(sizes.processes > 1 && peersOf(plan) === null
      ? [
          ';;',
          ';; This release cannot hand requests to cancel on (1.19 can): with several processes they mostly reach',
          ';; another one than the query runs through, and are dropped. Statements end by their timeout instead.',
        ]
      : []),
    ...(followsPreparedStatements(plan)
      ? []
      : [
          ';;',
          ';; This release does not follow prepared statements of drivers (1.21 does). Switch them off there:',
          ';;   JDBC prepareThreshold=0, asyncpg statement_cache_size=0, psycopg prepare_threshold=None,',
          ';;   node-postgres: no query with a name.',
        ]),
    ';;',
    ...usesLines(plan.uses),
  ];
}

/** Who can reach it, and how safe that is. */
function reachLines({ listen }: BouncerPlan): string[] {
  if (isLoopback(listen.address))
    return [
      `;; Only clients on its own machine reach it. For others name an address of it in listen_addr (“*” is all of them), with`,
      ';; client_tls_sslmode = require, client_tls_cert_file and client_tls_key_file: pgbouncer.listenAddress and',
      ';; pgbouncer.certificate of pitstop’s configuration write them.',
    ];
  if (listen.certificate !== null) return [];
  return [';; Clients are let in without TLS: their statements and rows can be read on the way.'];
}

/** Uses of one feature that are shown. */
const SHOWN_USES = 8;

function usesLines(uses: readonly SessionUse[]): string[] {
  if (uses.length === 0)
    return [
      ';; Nothing was found that lasts from transaction to transaction: no LISTEN, no SET for the session, no PREPARE,',
      ';; no cursor WITH HOLD, no session lock, no temporary table. What was not looked at may use them.',
    ];
  return [
    ';; In use, and broken by transaction mode (connect these directly to the server until they are changed):',
    ...Object.entries(FEATURE_ADVICE).flatMap(([name, { words, breaks, instead }]) => {
      const found = uses.filter(({ feature }) => feature === name);
      if (found.length === 0) return [];
      const left = found.length - SHOWN_USES;
      return [
        `;;   ${words}: ${breaks}. Instead: ${instead}.`,
        ...found.slice(0, SHOWN_USES).map((use) => `;;     ${useText(use)}`),
        ...(left > 0 ? [`;;     and ${left} more`] : []),
      ];
    }),
  ];
}

function useText({ name, where, certain }: SessionUse): string {
  const named = name === null ? '' : `${name}: `;
  return printable(`${named}${where}${certain ? '' : ' (possibly)'}`);
}

function connectionText({ server, timeouts }: BouncerPlan): string {
  const parts = {
    host: server.host,
    port: String(server.port),
    dbname: server.database,
    ...(timeouts.statementSeconds === null
      ? {}
      : { connect_query: `SET statement_timeout = '${timeouts.statementSeconds}s'` }),
  };
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${quoteValue(inOneLine(value))}`)
    .join(' ');
}

function quoteValue(value: string): string {
  return /^[\w.:/@,-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

/** A line of the file ends with the line. */
function inOneLine(value: string): string {
  if (printable(value) === value) return value;
  throw new PitstopError('config-invalid', `${JSON.stringify(value)} cannot be written into pgbouncer.ini`, {
    hint: 'Names of hosts, databases and roles must not contain control characters.',
  });
}

/** A name and a text of the list are in double quotes, whatever they hold. */
function usersText({ authRole, statsRole }: BouncerPlan): string {
  const quoted = (role: string) => `"${inOneLine(role).replaceAll('"', '""')}"`;
  return asText([
    ';; The password of the role that looks up the others, as it was given to \\password: PgBouncer logs in with it,',
    ';; so its SCRAM secret is not enough. Mode 0600, owned by the user that runs PgBouncer; not for a repository.',
    ';; Uncomment the line and put the password in its place:',
    `;${quoted(authRole)} "the password"`,
    ...(statsRole === null
      ? []
      : [
          ';; The role that may see statistics: it is not looked up for SHOW. Its SCRAM secret is enough here, as',
          ';; SELECT rolpassword FROM pg_authid shows it to a superuser.',
          `;${quoted(statsRole)} "SCRAM-SHA-256$..."`,
        ]),
  ]);
}

function asText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
