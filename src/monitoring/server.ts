/** The server of a round, as the round's first statement saw it. */
export interface MonitoredServer {
  readonly versionNumber: number;
  /** Text: it exceeds what a JavaScript number holds. A physical copy shares it. */
  readonly systemIdentifier: string;
  readonly database: string;
  readonly databaseOid: number;
  /** The server's clock at the beginning of the round, in seconds since 1970. */
  readonly at: number;
  /** When the server started, in seconds since 1970 by its own clock. */
  readonly startedAt: number;
  readonly inRecovery: boolean;
  /** Counts the times that a standby has taken over. */
  readonly timeline: number;
  readonly role: string;
  readonly superuser: boolean;
  /** The predefined roles whose rights the session has: `pg_read_all_stats`. */
  readonly memberships: readonly string[];
  /** The extensions of this database. */
  readonly extensions: readonly MonitoredExtension[];
}

interface MonitoredExtension {
  readonly name: string;
  readonly version: string;
  /** The schema of its objects, quoted where it has to be. */
  readonly schema: string;
}

export function majorOf({ versionNumber }: Pick<MonitoredServer, 'versionNumber'>): number {
  return Math.floor(versionNumber / 10_000);
}
