import type { Target } from '../../pg/target.ts';

/** Where sandboxes are made. */
export const SANDBOX_KINDS = ['embedded', 'clone', 'container'] as const;
export type SandboxKind = (typeof SANDBOX_KINDS)[number];

export function isSandboxKind(name: string | null): name is SandboxKind {
  return SANDBOX_KINDS.some((kind) => kind === name);
}

/** A server on which databases may be made. */
export interface RunningServer {
  /** The role that makes databases and extensions, connected to a database that stays. */
  readonly admin: Target;
  /** The role that owns the databases and runs everything in them: on servers of our own no superuser. */
  readonly owner: string;
  /** How databases are copied: by files means a checkpoint, by the log means that everything is written to it. */
  readonly copyStrategy: 'FILE_COPY' | 'WAL_LOG';
  /** A database, as its owner. */
  targetOf(database: string): Target;
  /** The same as the administrator. */
  adminOf(database: string): Target;
  /** Ends what was started. */
  stop(): Promise<void>;
}
