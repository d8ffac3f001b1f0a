import { z } from 'zod';
import type { FileChange, Proposal } from '../change.ts';
import { conclude } from '../outcome.ts';
import { appPoolSettings, poolModule } from '../pooling/app-pool.ts';
import { authSteps } from '../pooling/pgbouncer/auth.ts';
import { bouncerFiles } from '../pooling/pgbouncer/files.ts';
import type { BouncerPlan } from '../pooling/pgbouncer/plan.ts';
import { AUTH_ROLE, bouncerPlanFor } from '../pooling/pgbouncer/plan-for.ts';
import { isLoopback } from '../pooling/pgbouncer/wishes.ts';
import type { SampledConnections } from '../pooling/sampled.ts';
import { sizePool, type PoolSizing, type PoolUnsized } from '../pooling/sizing.ts';
import { chooseSize, sweepSizes, type SweepRow } from '../pooling/sweep.ts';
import type { Trial } from '../trial.ts';
import { OLDEST_SERVER } from '../tuning/versions.ts';
import { isBare, isTitled, titleOf } from './bare.ts';
import { defineStep, type Study } from './step.ts';

const fields = z.object({ hardware: z.string().nullable(), wording: z.string().nullable() });

type Fields = z.output<typeof fields>;
type Names = 'hardware' | 'poolSource' | 'bouncerWishes';

const TITLES = {
  patterns: [
    /\bconnections?\b.*\b(?:run(?:s|ning)?|ran)\s+out\b/i,
    /\btoo\s+many\s+(?:clients|connections)\b/i,
    /\bconnection[- ](?:pool(?:s|ing|er)?|storms?|exhaustion|limits?|leaks?|handling)\b/i,
    /\b(?:exhaust\w*|out\s+of)\b.*\bconnections?\b/i,
    /\b(?:pgbouncer|pooler|pooling)\b/i,
    /\bpool\b.*\b(?:siz(?:e|ing)|settings?|config(?:uration)?|timeouts?|connections?)\b|\b(?:siz(?:e|ing)|set[- ]?up|configure|tune|optimi[sz]e)\b.*\bpool\b/i,
  ],
  never: /\b(?:threads?|worker|object|memory|buffer)[- ]pools?\b|\btests?\b/i,
};

/** The connections of an application: how many, through what, and what becomes of them at the peak. */
export const pool = defineStep<Fields, Names>({
  kind: 'pool',
  summary:
    'Sizes the connections of an application by its load, and writes a pool for it and a configuration of PgBouncer, started under a storm of clients.',
  inputs: {
    Hardware:
      'the server’s machine, as for `config`: its cores decide how many connections it serves well, and its connections are the clients of the pool',
  },
  fields,
  example: '- [ ] 4.1 Connections run out at peak\n  - **Hardware**: 8 GB RAM, 4 cores, SSD',
  claims: (inputs) => isBare(inputs) && isTitled(inputs, TITLES),
  subject: ({ hardware, wording }) => ({ hardware: { field: hardware, title: titleOf(wording) } }),
  targetMs: () => null,
  oldestServer: OLDEST_SERVER,
  facts: ['hardware', 'poolSource', 'bouncerWishes'],
  diagnose: () => [],
  settle(study, trials) {
    const sized = sizedBy(study, trials);
    return sized === null || sized.sizing.ok
      ? null
      : conclude('needs-information', sized.sizing.code, sized.sizing.message);
  },
  next(study, trials) {
    if (trials.length === 0) return [sample()];
    const sized = sizedBy(study, trials);
    if (sized === null || !sized.sizing.ok) return [];
    const { sizing, seen } = sized;
    if (trials.length === 1) return [sweep(sizing)];
    return trials.length === 2 ? [files({ sizing, seen }, study, trials[1])] : [];
  },
});

/** Sessions that do not go through the pool: migrations, monitoring, a person. */
const DIRECT_SESSIONS = 3;
/** Waiting clients of one process; each costs PgBouncer 2 kB. */
const CLIENTS_OF_A_PROCESS = 50;

function sample(): Proposal {
  return {
    id: 'sample',
    change: { summary: 'the connections', steps: [] },
    reason: 'looking at the sessions for a while',
    probe: null,
    experiment: { type: 'sample-connections' },
    estimatedGainMs: 0,
  };
}

interface Sized {
  readonly seen: SampledConnections;
  readonly sizing: PoolSizing | PoolUnsized;
}

/** Null before anything was seen. */
function sizedBy({ facts }: Study<Fields, Names>, [sampled]: readonly Trial[]): Sized | null {
  if (sampled?.state !== 'observed') return null;
  const seen = sampled.observations as SampledConnections;
  const { profile, guessed } = facts.hardware;
  const known = <Name extends 'cpus' | 'memoryBytes'>(name: Name) =>
    guessed.includes(name) ? null : profile[name].value;
  const sizing = sizePool({
    load: seen.load,
    limits: seen.limits,
    server: { ...seen.memory, cpus: known('cpus'), memoryBytes: known('memoryBytes') },
    application: {
      processes: 1,
      tasksPerProcess: null,
      connectionsPerTask: 1,
      directSessions: DIRECT_SESSIONS,
    },
  });
  return { seen, sizing };
}

function sweep({ poolSize, limit }: PoolSizing): Proposal {
  return {
    id: 'sweep',
    change: { summary: `${poolSize} connections`, steps: [] },
    reason: 'sending statements through pools of several sizes',
    probe: null,
    experiment: { type: 'sweep-pool', sizes: sweepSizes(poolSize, limit) },
    estimatedGainMs: 0,
  };
}

/** Where slices of equal work differ by more than that, the machine was busy, and a smaller pool is not known to do. */
const STEADY = 0.1;

function files(
  { sizing, seen }: { readonly sizing: PoolSizing; readonly seen: SampledConnections },
  { facts }: Study<Fields, Names>,
  swept: Trial | undefined,
): Proposal {
  const rows = swept?.state === 'observed' && swept.accepted ? (swept.observations as SweepRow[]) : [];
  const choice = rows.length === 0 ? null : chooseSize(rows, null);
  const measured = choice !== null && choice.tolerance <= STEADY ? choice.size : null;
  // A load that was seen knows more than a probe does; without one the sweep says where more gains nothing.
  const poolSize = sizing.basis === 'by rule' && measured !== null ? measured : sizing.poolSize;
  const { profile, guessed } = facts.hardware;
  const demand = {
    poolSize,
    limit: sizing.limit,
    clients: profile.connections.value,
    cpus: guessed.includes('cpus') ? null : profile.cpus.value,
  };
  const plan = bouncerPlanFor(seen, demand, facts.bouncerWishes);
  const settings = appPoolSettings(sizing, {
    applicationName: seen.server.database,
    statementTimeoutMs: null,
    throughPooler: true,
    clientsPerProcess: CLIENTS_OF_A_PROCESS,
  });
  const auth = authSteps(AUTH_ROLE, seen.server.database, seen.existing);
  return {
    id: 'pool',
    change: {
      summary: `${poolSize} connections to the server ${sizing.basis === 'measured' ? 'by the load that was seen' : 'by rule'}, through PgBouncer`,
      steps: [],
      files: [
        { name: 'pool.ts', text: poolModule(facts.poolSource, settings), role: 'main' },
        ...bouncerFiles(plan).map((file): FileChange => ({
          ...file,
          name: `pgbouncer/${file.name}`,
          role: 'main',
        })),
        { name: 'pgbouncer/auth.sql', text: script(auth.map(({ up }) => up)), role: 'main' },
        {
          name: 'pgbouncer/auth.reverse.sql',
          text: script(auth.toReversed().flatMap(({ down }) => down ?? [])),
          role: 'reverse',
        },
      ],
      remains: `PgBouncer remains to be installed with the files in pgbouncer/: a superuser runs pgbouncer/auth.sql and gives ${AUTH_ROLE} a password`,
    },
    reason: 'a storm of clients with PgBouncer and without',
    probe: null,
    experiment: { type: 'storm-pooler', plan, maxConnections: seen.limits.maxConnections },
    estimatedGainMs: 0,
    notes: [
      ...sizing.terms.map(({ name, value, formula }) => `${name} ${value}: ${formula}`),
      ...sizing.notes.map(({ message }) => message),
      ...bouncerNotes(plan),
      ...plan.sizes.notes.map(({ message }) => message),
      ...(swept === undefined ? [] : [swept.reason.message]),
      ...seen.unseen.map((what) => `not seen: ${what}`),
      ...seen.uses.map(
        ({ feature, where }) => `transaction pooling breaks ${feature.replaceAll('-', ' ')} (${where})`,
      ),
    ],
  };
}

/** What has to be known before it runs, and what may have to be changed for it. */
function bouncerNotes({ listen, processesWhy, server, sizes, statsRole }: BouncerPlan): string[] {
  const { processes } = sizes;
  return [
    `${processes === 1 ? 'one process' : `${processes} processes`} of PgBouncer: ${processesWhy}`,
    ...(isLoopback(listen.address)
      ? [
          `PgBouncer listens on ${listen.address}, for clients on its own machine: for others set pgbouncer.listenAddress and pgbouncer.certificate`,
        ]
      : []),
    `PgBouncer reaches the server with server_tls_sslmode = ${server.tls}`,
    ...(server.caFile === null ? [] : [`${server.caFile} has to be on PgBouncer's machine`]),
    ...(statsRole === null
      ? ['no role may see the statistics of PgBouncer: name one in pgbouncer.statsRole for monitoring']
      : []),
  ];
}

function script(statements: readonly string[]): string {
  return statements.map((sql) => `${sql};\n`).join('');
}
