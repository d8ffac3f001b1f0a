import type { Config } from '../config.ts';
import type { PitstopError } from '../errors.ts';
import type { Environment } from '../gate/environment.ts';
import type { ServerFacts } from '../pg/catalog/server.ts';
import type { Session } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';

/**
 * `ok`: there, or in force. `warning`: a protection or a help that is missing. `missing`: nothing works without it.
 * `unknown`: it could not be found out.
 */
type CheckState = 'ok' | 'warning' | 'missing' | 'unknown';

export interface Finding {
  readonly state: CheckState;
  /** One sentence: what is there, and which protection is in force with it or is not. */
  readonly message: string;
  /** What to do; null where there is nothing to do. */
  readonly fix: string | null;
}

/** Where pitstop would work. */
export interface Place {
  readonly root: string;
  /** The process's variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: Config;
  /** What is wrong with the configuration file; `config` has the defaults then. */
  readonly configProblem: PitstopError | null;
  /** The folders that pitstop writes to, relative to the root. */
  readonly writableFolders: readonly string[];
  readonly nodeVersion: string;
  /** Null where no database is named. */
  readonly target: Target | null;
  /** That of `readDatabaseUrl`; an error where the URL cannot be read. */
  readonly readTarget: Target | PitstopError | null;
  readonly declaredEnvironment: Environment | null;
}

interface ConnectedPlace extends Place {
  readonly target: Target;
  readonly session: Session;
  /** A second one, to see whether sessions are kept apart. */
  readonly other: Session;
  readonly server: ServerFacts;
}

/** One thing to look at. Only reads, wherever it looks. */
export type Check = PlaceCheck | DatabaseCheck;

interface PlaceCheck {
  readonly id: string;
  readonly needs: 'place';
  readonly look: (place: Place) => Promise<Finding | readonly Finding[]>;
}

interface DatabaseCheck {
  readonly id: string;
  readonly needs: 'database';
  readonly look: (place: ConnectedPlace) => Promise<Finding | readonly Finding[]>;
}

export const ok = (message: string): Finding => ({ state: 'ok', message, fix: null });
export const warning = (message: string, fix: string): Finding => ({ state: 'warning', message, fix });
export const missing = (message: string, fix: string): Finding => ({ state: 'missing', message, fix });
export const unknown = (message: string, fix: string | null): Finding => ({ state: 'unknown', message, fix });
