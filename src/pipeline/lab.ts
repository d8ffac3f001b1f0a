import { PitstopError } from '../errors.ts';
import { decideEnvironment } from '../gate/decide-environment.ts';
import type { Environment } from '../gate/environment.ts';
import { isSandboxKind, SANDBOX_KINDS } from '../labs/sandbox/running-server.ts';
import { transactionLab } from '../labs/transaction.ts';
import { readServerFacts, type ServerFacts } from '../pg/catalog/server.ts';
import { withSession, type Session } from '../pg/session.ts';
import { describeTarget, parseTarget, type Target } from '../pg/target.ts';
import { requireVersion } from './checks.ts';
import type { RunContext } from './context.ts';
import type { RunRequest } from './run-request.ts';
import type { TrialSettings } from './trial-settings.ts';

interface LabRequest {
  readonly request: RunRequest;
  readonly settings: TrialSettings;
  readonly environment: Environment;
  /** The target's. */
  readonly server: ServerFacts;
  readonly reader: Session;
}

interface LabPlace extends Pick<
  RunContext,
  'lab' | 'labName' | 'labIsTarget' | 'labIsOwn' | 'labReader' | 'labBuilder'
> {
  /** Sessions besides the target's reader that execute statements of task files. */
  readonly probing: readonly Session[];
}

/** The target itself on development and test; elsewhere only a database that the user names. */
export async function withLab<T>(
  { request, settings, environment, server, reader }: LabRequest,
  use: (place: LabPlace) => Promise<T>,
): Promise<T> {
  const nowhere: LabPlace = {
    lab: null,
    labName: null,
    labIsTarget: false,
    labIsOwn: false,
    labReader: reader,
    labBuilder: null,
    probing: [],
  };
  if (request.purpose !== 'run') return use(nowhere);
  const named = namedLab(request);
  const mayUseTarget = environment === 'development' || environment === 'test';
  if (isSandboxKind(named)) return use({ ...nowhere, labName: named, labIsOwn: true });
  if (named === null || named === 'transaction') {
    if (!mayUseTarget) return use(nowhere);
    return withSession(request.target, 'builder', request.signal, (builder) =>
      use({
        ...nowhere,
        lab: transactionLab('transaction', { builder, reader }, { ...settings, where: 'target' }),
        labName: 'transaction',
        labIsTarget: true,
        labBuilder: builder,
        probing: [builder],
      }),
    );
  }
  if (!named.includes('://')) {
    throw new PitstopError('usage', `there is no lab ${JSON.stringify(named)}`, {
      candidates: ['transaction', ...SANDBOX_KINDS, 'postgres://…'],
    });
  }
  const place = parseTarget(named, request.env);
  return withSession(place, 'lab builder', request.signal, (builder) =>
    withSession(place, 'lab reader', request.signal, async (labReader) => {
      await requireLab(place, labReader, server);
      return use({
        ...nowhere,
        lab: transactionLab('url', { builder, reader: labReader }, { ...settings, where: 'url' }),
        labName: 'url',
        labReader,
        labBuilder: builder,
        probing: [builder, labReader],
      });
    }),
  );
}

/** `--lab`, or what the configuration says. */
export function namedLab({ lab, config }: Pick<RunRequest, 'lab' | 'config'>): string | null {
  return lab ?? config.lab ?? null;
}

/** A lab that is declared production, or looks like it, is none. */
async function requireLab(place: Target, reader: Session, target: ServerFacts): Promise<void> {
  const server = await readServerFacts(reader);
  requireVersion(server, place);
  // A physical copy shares the system identifier and every OID; it does not share the moment of its start.
  if (server.startedAt === target.startedAt && server.databaseOid === target.databaseOid) {
    throw new PitstopError('no-lab', 'the lab is the target itself', { hint: 'Name a copy of it.' });
  }
  const { environment } = decideEnvironment({
    configured: 'staging',
    marker: server.environmentMarker === 'production' ? 'production' : null,
    flag: null,
    host: place.host,
    database: server.database,
    standbys: server.standbys,
    embedded: false,
  });
  if (environment !== 'production' && !server.readOnly) return;
  const why = server.readOnly ? 'is read-only' : 'is, or looks like, production';
  throw new PitstopError('no-lab', `the lab ${describeTarget(place)} ${why}`, {
    hint: 'Name a copy that may be written to.',
  });
}
