import { dirname } from 'node:path';
import { PitstopError } from '../errors.ts';
import { nearestFolder } from '../files/nearest-folder.ts';
import { resolveWritable } from '../files/root.ts';
import { decideForTarget } from '../gate/decide-environment.ts';
import type { Environment } from '../gate/environment.ts';
import { mayKeepLedger } from '../migration/schema.ts';
import type { ServerFacts } from '../pg/catalog/server.ts';
import type { Session } from '../pg/session.ts';
import { majorOf } from '../tuning/server.ts';
import { NEWEST_SERVER, OLDEST_SERVER, WORKS_WITH_OLDER } from '../tuning/versions.ts';
import { describeTarget, type Target } from '../pg/target.ts';
import { writableFolders } from './files.ts';
import { appliesItself } from './context.ts';
import type { RunRequest } from './run-request.ts';

/** The parser, the measurements and the thresholds are those of PostgreSQL 18. */
export function requireVersion(server: ServerFacts, target: Target): void {
  if (majorOf(server) === NEWEST_SERVER) return;
  throw new PitstopError(
    'server-version-unsupported',
    `${describeTarget(target)} is PostgreSQL ${server.version}; what looks at statements and migrations works with PostgreSQL ${NEWEST_SERVER}`,
    {
      hint: `Its parser, its measurements and its thresholds are those of ${NEWEST_SERVER}. ${WORKS_WITH_OLDER}`,
    },
  );
}

/** For a run, whose items say themselves from which version on they work. */
export function requireKnownVersion(server: ServerFacts, target: Target): void {
  const major = majorOf(server);
  if (major >= OLDEST_SERVER && major <= NEWEST_SERVER) return;
  throw new PitstopError(
    'server-version-unsupported',
    `${describeTarget(target)} is PostgreSQL ${server.version}; pitstop knows ${OLDEST_SERVER} to ${NEWEST_SERVER}`,
    { hint: WORKS_WITH_OLDER },
  );
}

/** The reading role has to look at the very database that is worked on. */
export function requireSameDatabase(working: ServerFacts, reading: ServerFacts, readTarget: Target): void {
  if (working.startedAt === reading.startedAt && working.databaseOid === reading.databaseOid) return;
  throw new PitstopError(
    'config-invalid',
    `readDatabaseUrl names another database than the target: ${describeTarget(readTarget)}`,
    { hint: 'It is for another role on the same database.' },
  );
}

/** What the target is; undeclared, only what reads goes on, and judges as production. */
export function environmentOf(request: RunRequest, server: ServerFacts): Environment {
  const { target, options, purpose } = request;
  const { environment } = decideForTarget(request, server);
  if (environment !== null) return environment;
  if (options.dryRun || purpose === 'plan') return 'production';
  throw new PitstopError(
    'environment-undeclared',
    `nobody has declared what kind of database ${describeTarget(target)} is`,
    {
      hint: 'Pass --environment development (or test, staging, production), or set "environment" in pitstop.config.json.',
      candidates: ['development', 'test', 'staging', 'production'],
    },
  );
}

/** Whatever would be applied has to be recorded, and an approved push too. */
export async function requireLedger(
  control: Session,
  server: ServerFacts,
  request: Pick<RunRequest, 'options' | 'config'>,
): Promise<void> {
  if (!appliesItself(request) && !request.options.push) return;
  if (server.inRecovery || server.readOnly) {
    const why = server.inRecovery ? 'is a standby' : 'is set to read-only transactions';
    throw new PitstopError('server-read-only', `the server ${why}; nothing can be applied there`, {
      hint: 'Connect to the primary, or use --no-apply with --lab.',
    });
  }
  if (await mayKeepLedger(control)) return;
  throw new PitstopError(
    'permission-denied',
    `role ${server.role} may not keep the ledger in schema pitstop`,
    {
      hint: `GRANT CREATE ON DATABASE ${server.database} TO ${server.role}; or, where schema pitstop exists, GRANT USAGE ON SCHEMA pitstop and SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA pitstop TO ${server.role}.`,
    },
  );
}

/** Every folder that the run may write to, before anything is tried: what is proven has to be recorded. */
export async function requireFolders({ root, config, options }: RunRequest): Promise<void> {
  if (options.dryRun) return;
  for (const folder of writableFolders(config)) {
    const path = await resolveWritable(root, `${folder}/probe`, writableFolders(config));
    const nearest = await nearestFolder(dirname(path));
    if (nearest.isFolder && nearest.isWritable) continue;
    throw new PitstopError(
      'permission-denied',
      `${folder} cannot be written: ${nearest.path} is ${nearest.isFolder ? 'read-only' : 'no folder'}`,
      {
        hint: 'Make it a folder that the user who runs pitstop may write to.',
        file: nearest.path,
      },
    );
  }
}
