import type { Environment } from '../gate/environment.ts';

/** Where a piece of work comes from; paths are relative to the repository's root. */
interface AuditedItem {
  /** Null for a migration that was named on the command line. */
  readonly taskFile: string | null;
  readonly item: string | null;
}

/**
 * What the audit log records, closed. Statements are handed over as they are, under `sql`; the log keeps their hash and
 * their text without constants (`audit/record.ts`). No event has a field for a server's message: it may quote data.
 */
export type AuditEvent =
  /** The first record of a log, which writes itself. */
  | { readonly event: 'opened' }
  /** The gate has said what it thinks of a change. */
  | (AuditedItem & {
      readonly event: 'judged';
      readonly verdict: 'allow' | 'gate' | 'refuse';
      readonly environment: Environment;
      readonly sql: readonly string[];
    })
  /** A request was written and waits for a person. */
  | (AuditedItem & {
      readonly event: 'requested';
      readonly request: string;
      readonly environment: Environment;
      readonly sql: readonly string[];
    })
  | {
      readonly event: 'approved';
      readonly request: string;
      readonly approval: string;
      readonly method: 'terminal' | 'ssh';
      readonly approver: string;
    }
  | {
      readonly event: 'rejected';
      readonly request: string;
      readonly approver: string;
      readonly why: string | null;
    }
  /** The one use of an approval was taken in the ledger; `migration` is null for a push. */
  | {
      readonly event: 'consumed';
      readonly request: string;
      readonly approval: string;
      readonly migration: string | null;
    }
  | {
      readonly event: 'apply-started';
      readonly migration: string;
      readonly upSha256: string;
      readonly environment: Environment;
      readonly sql: readonly string[];
    }
  /** Holds what a request for production shows of it: where, and which bytes. */
  | {
      readonly event: 'apply-finished';
      readonly migration: string;
      readonly upSha256: string;
      readonly environment: Environment;
      readonly database: string;
    }
  /** `reason` is a reason code; `sqlState` null where the server did not say one. */
  | {
      readonly event: 'apply-failed';
      readonly migration: string;
      readonly reason: string;
      readonly sqlState: string | null;
    }
  | {
      readonly event: 'reverted';
      readonly migration: string;
      readonly reason: string;
      readonly sql: readonly string[];
    }
  /** What an earlier run had left as running was settled. */
  | { readonly event: 'reconciled'; readonly migration: string; readonly state: string }
  /** An item's result is in the task file. */
  | (AuditedItem & { readonly event: 'recorded'; readonly outcome: string })
  /** A program was started. */
  | { readonly event: 'command'; readonly program: string; readonly arguments: readonly string[] }
  | {
      readonly event: 'committed';
      readonly branch: string;
      readonly commit: string;
      readonly files: readonly string[];
    }
  | {
      readonly event: 'pushed';
      readonly remote: string;
      readonly branch: string;
      readonly commit: string;
    };

/** Who acts. No host: a log is read by others. */
export interface Actor {
  readonly user: string;
  readonly pid: number;
  /** Whether a terminal was attached; that is no proof of a person. */
  readonly terminal: boolean;
}
