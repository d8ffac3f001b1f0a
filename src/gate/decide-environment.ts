import type { Environment } from './environment.ts';

/** From the least to the most that is at stake. */
export const ENVIRONMENTS = [
  'development',
  'test',
  'staging',
  'production',
] as const satisfies readonly Environment[];

/** Everything that says, or hints at, what the target is. Null where a source is silent. */
export interface EnvironmentSources {
  /** The configuration file. */
  readonly configured: Environment | null;
  /** `ALTER DATABASE … SET pitstop.environment = '…'`, as found; anything unknown counts as production. */
  readonly marker: string | null;
  /** `--environment`. */
  readonly flag: Environment | null;
  readonly host: string;
  readonly database: string;
  /** Connected replicas. */
  readonly standbys: number;
  /** pitstop started the server itself. */
  readonly embedded: boolean;
}

export interface DecidedEnvironment {
  /** Null: nobody declared it. Judge as production, change nothing. */
  readonly environment: Environment | null;
  /** Why, in the order in which it was found. */
  readonly reasons: readonly string[];
}

/** `shop_prod`, `proddb`, `production`, `db-live-1`; not `products` or `delivery`. */
const PRODUCTION_NAME = /prod(?!uc)|(?:^|[^a-z])(?:production|prd|live|primary)(?:[^a-z]|$)/i;

/**
 * Decides the environment. A declaration can only be raised: by a later source, by a name that says production, by
 * attached standbys. A later source that says less contradicts, and contradictions mean production.
 */
export function decideEnvironment(sources: EnvironmentSources): DecidedEnvironment {
  if (sources.embedded)
    return { environment: 'development', reasons: ['pitstop started this server itself'] };
  const declarations = [
    { by: 'the configuration file', says: sources.configured },
    { by: 'the marker in the database', says: knownMarker(sources.marker) },
    { by: '--environment', says: sources.flag },
  ].flatMap(({ by, says }) => (says === null ? [] : [{ by, says }]));
  const [first, ...later] = declarations;
  if (first === undefined) return { environment: null, reasons: ['nobody declared the environment'] };

  let environment = first.says;
  const reasons = [`${first.by} says ${first.says}`];
  for (const { by, says } of later) {
    if (says === environment) continue;
    const raises = ENVIRONMENTS.indexOf(says) > ENVIRONMENTS.indexOf(environment);
    environment = raises ? says : 'production';
    reasons.push(raises ? `${by} raises it to ${says}` : `${by} says ${says}, a contradiction`);
  }
  for (const hint of productionHints(sources)) {
    environment = 'production';
    reasons.push(hint);
  }
  return { environment, reasons };
}

/** Decides it for a target that is connected: by what its user declares, and by what the server says of itself. */
export function decideForTarget(
  place: {
    readonly config: { readonly environment?: Environment | undefined };
    readonly declaredEnvironment: Environment | null;
    readonly target: { readonly host: string };
    readonly embedded: boolean;
  },
  server: Pick<EnvironmentSources, 'database' | 'standbys'> & { readonly environmentMarker: string | null },
): DecidedEnvironment {
  return decideEnvironment({
    configured: place.config.environment ?? null,
    marker: server.environmentMarker,
    flag: place.declaredEnvironment,
    host: place.target.host,
    database: server.database,
    standbys: server.standbys,
    embedded: place.embedded,
  });
}

function knownMarker(marker: string | null): Environment | null {
  if (marker === null) return null;
  return ENVIRONMENTS.find((name) => name === marker) ?? 'production';
}

function productionHints({ host, database, standbys }: EnvironmentSources): string[] {
  const hints: string[] = [];
  if (PRODUCTION_NAME.test(host)) hints.push(`the host name ${host} says production`);
  if (PRODUCTION_NAME.test(database)) hints.push(`the database name ${database} says production`);
  if (standbys > 0) hints.push(`${standbys} standby${standbys === 1 ? ' is' : 's are'} attached`);
  return hints;
}
