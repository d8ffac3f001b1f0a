import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalSha256 } from '../canonical-json.ts';
import type { Environment } from './environment.ts';
import type { Judgement, Verdict } from './verdict.ts';

/** What a person is asked about. */
type RequestAction = 'apply' | 'revert' | 'push';

/** Everything that an approval of the request binds. Whatever differs makes another request. */
export interface RequestContent {
  readonly action: RequestAction;
  /** The item that it is for; null for a migration that was named on the command line. */
  readonly item: { readonly file: string; readonly id: string; readonly title: string } | null;
  readonly summary: string;
  readonly environment: Environment;
  readonly target: RequestTarget;
  /** Every statement, in the order in which they are sent, with what the gate says of each. */
  readonly statements: readonly RequestedStatement[];
  /** What may be sent without asking again, to clean up after a failure or to take back what did not help. */
  readonly undo: readonly string[];
  /** The migration files, with the hash of their exact bytes. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** The objects that are touched, as a person would name them. */
  readonly objects: readonly string[];
  /** What is pushed; only of a push, which has no statements. */
  readonly push?: RequestedPush | undefined;
}

export interface RequestedPush {
  /** The remote's name. */
  readonly remote: string;
  /** Where it pushes to, without user and password. */
  readonly url: string;
  readonly branch: string;
  /** The commit that the branch will name there: its hash covers all that come before it. */
  readonly head: string;
}

export interface RequestedStatement {
  readonly sql: string;
  readonly sha256: string;
  readonly verdict: Verdict;
  readonly class: string;
  readonly reasons: readonly string[];
}

interface RequestTarget {
  readonly systemIdentifier: string;
  readonly database: string;
  readonly databaseOid: number;
  readonly host: string;
  readonly port: number;
  readonly role: string;
}

/** A gated change that waits for a person. */
export interface ApprovalRequest extends RequestContent {
  readonly schemaVersion: 1;
  /** The first 16 hex digits of `sha256`. */
  readonly id: string;
  /** Over the content: the same change on the same target is the same request. */
  readonly sha256: string;
  /**
   * SHA-256 of what the catalog says of the touched objects. An approval binds it beside the content: where they have
   * changed, the request is the same, and whoever approved it has to look again.
   */
  readonly state: string;
  /** For people, with numbers of the moment; bound by nothing. */
  readonly reason: string;
  readonly effects: readonly string[];
  /** Where these bytes were applied before, by the working copy's log: `development, database shop, 2026-11-22`. */
  readonly appliedBefore: readonly string[];
  /** Set once a person has said no. */
  readonly rejected: Rejection | null;
}

export interface Rejection {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/** Pure: equal contents give an equal id, so asking twice leaves one request. */
export function requestOf(
  content: RequestContent,
  shown: Pick<ApprovalRequest, 'state' | 'reason' | 'effects' | 'appliedBefore'>,
): ApprovalRequest {
  const sha256 = hashOf(content);
  return { schemaVersion: 1, id: sha256.slice(0, 16), sha256, ...content, ...shown, rejected: null };
}

/** The statements of a judgement, as a request holds them. */
export function requestedStatements(judgement: Judgement): RequestedStatement[] {
  return judgement.statements.map(({ sql, verdict, class: className, reasons }) => ({
    sql,
    sha256: createHash('sha256').update(sql, 'utf8').digest('hex'),
    verdict,
    class: className,
    reasons,
  }));
}

/** The statements that are not allowed by themselves. */
export function gatedStatements({ statements }: RequestContent): RequestedStatement[] {
  return statements.filter(({ verdict }) => verdict !== 'allow');
}

/** Whether losing data or structure is part of it: on production only a signature approves that. */
export function isDestructive({ statements }: RequestContent): boolean {
  return statements.some(({ class: className }) => className === 'destructive' || className === 'opaque');
}

const environment = z.enum(['development', 'test', 'staging', 'production']);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const content = z.object({
  action: z.enum(['apply', 'revert', 'push']),
  item: z.object({ file: z.string(), id: z.string(), title: z.string() }).nullable(),
  summary: z.string(),
  environment,
  target: z.object({
    systemIdentifier: z.string(),
    database: z.string(),
    databaseOid: z.number(),
    host: z.string(),
    port: z.number(),
    role: z.string(),
  }),
  statements: z.array(
    z.object({
      sql: z.string(),
      sha256: hash,
      verdict: z.enum(['allow', 'gate', 'refuse']),
      class: z.string(),
      reasons: z.array(z.string()),
    }),
  ),
  undo: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), sha256: hash })),
  objects: z.array(z.string()),
  push: z.object({ remote: z.string(), url: z.string(), branch: z.string(), head: z.string() }).optional(),
});
const request = content.extend({
  schemaVersion: z.literal(1),
  id: z.string(),
  sha256: hash,
  state: hash,
  reason: z.string(),
  effects: z.array(z.string()),
  appliedBefore: z.array(z.string()),
  rejected: z.object({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
});

/**
 * Reads a request's file. Null for what is none, or is not what its own id says: somebody has edited it, and what it
 * shows is not what an approval would bind.
 */
export function readRequest(text: string): ApprovalRequest | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = request.safeParse(json);
  if (!parsed.success) return null;
  const sha256 = hashOf(content.parse(json));
  return parsed.data.sha256 === sha256 && parsed.data.id === sha256.slice(0, 16) ? parsed.data : null;
}

/** Over the content alone, whatever else the object carries. */
function hashOf(bound: RequestContent): string {
  const keys = Object.keys(content.shape) as (keyof RequestContent)[];
  const entries = keys.map((key) => [key, bound[key]] as const);
  return canonicalSha256(Object.fromEntries(entries.filter(([, value]) => value !== undefined)));
}
