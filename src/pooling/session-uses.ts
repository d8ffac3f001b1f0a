import type { SourceUse } from '../source/session-uses.ts';
import { statementsOrNone } from '../sql/parse.ts';
import {
  featuresOfRoutine,
  sessionFeatures,
  type FoundFeature,
  type SessionFeature,
} from '../sql/session-features.ts';

/** A feature of sessions that is in use, with where it was seen. */
export interface SessionUse extends FoundFeature {
  /** `src/jobs.ts:14`, `shop.lock_order()`, `12 calls in pg_stat_statements`, `3 sessions`. */
  readonly where: string;
}

/** What a feature means in a pool that gives every transaction another session, and what to do instead. */
export interface FeatureAdvice {
  readonly words: string;
  readonly breaks: string;
  readonly instead: string;
}

export const FEATURE_ADVICE: Readonly<Record<SessionFeature, FeatureAdvice>> = {
  listen: {
    words: 'LISTEN',
    breaks: 'notifications go to a session that the client has no more',
    instead: 'listen on a direct connection; NOTIFY works through the pool',
  },
  'session-setting': {
    words: 'SET for the session',
    breaks: 'the setting is gone in the next transaction, and somebody else’s transaction runs with it',
    instead: 'SET LOCAL within the transaction, or ALTER ROLE … SET',
  },
  'prepared-statement': {
    words: 'PREPARE and EXECUTE as SQL',
    breaks: 'the statement is prepared in one session and executed in another',
    instead: 'the driver’s prepared statements, which PgBouncer follows since 1.21',
  },
  'holdable-cursor': {
    words: 'DECLARE … WITH HOLD',
    breaks: 'the cursor stays in a session that the client has no more',
    instead: 'a cursor within the transaction, or pages by key',
  },
  'advisory-lock': {
    words: 'advisory locks of the session',
    breaks: 'the lock is taken in one session and released in another: it stays',
    instead: 'pg_advisory_xact_lock, which ends with its transaction',
  },
  'temporary-table': {
    words: 'temporary tables',
    breaks: 'the table is not there in the next transaction, and is in somebody else’s',
    instead: 'ON COMMIT DROP within one transaction, or a table of its own',
  },
  'sequence-value': {
    words: 'currval and lastval',
    breaks: 'outside the transaction that drew it the value is another session’s',
    instead: 'INSERT … RETURNING',
  },
  library: {
    words: 'LOAD',
    breaks: 'only one session of the pool has the library',
    instead: 'session_preload_libraries of the role or database',
  },
};

/**
 * What the server was sent, by what of it lasts. A `set_config` whose constants were taken out says neither what it sets
 * nor for how long: that is left to the program's source. Needs `loadParser()` before. */
export function usesOfStatements(
  statements: readonly { readonly query: string; readonly calls: number | null }[],
): SessionUse[] {
  return statements.flatMap(({ query, calls }) => {
    const where =
      calls === null
        ? 'a session that is connected'
        : `${calls} ${calls === 1 ? 'call' : 'calls'} in pg_stat_statements`;
    return statementsOrNone(query).flatMap(({ tree, sql }) =>
      sessionFeatures(tree, sql)
        .filter(({ feature, certain }) => certain || feature !== 'session-setting')
        .map((feature) => ({ ...feature, where })),
    );
  });
}

/** What the routines of the database do when they are called. Needs `loadParser()` before. */
export function usesOfRoutines(
  routines: readonly { readonly name: string; readonly language: 'sql' | 'plpgsql'; readonly text: string }[],
): SessionUse[] {
  return routines.flatMap(({ name, language, text }) => {
    const features =
      language === 'plpgsql'
        ? featuresOfRoutine(text)
        : statementsOrNone(text).flatMap(({ tree, sql }) => sessionFeatures(tree, sql));
    return features.map((feature) => ({ ...feature, where: `${name}()` }));
  });
}

/** What sessions hold right now. */
export function usesOfSessions(state: {
  readonly withTemporaryTables: number;
  readonly withAdvisoryLocks: number | null;
}): SessionUse[] {
  const held: readonly (readonly [SessionFeature, number])[] = [
    ['temporary-table', state.withTemporaryTables],
    ['advisory-lock', state.withAdvisoryLocks ?? 0],
  ];
  return held
    .filter(([, count]) => count > 0)
    .map(([feature, count]) => ({
      feature,
      name: null,
      certain: true,
      where: `${count} ${count === 1 ? 'session' : 'sessions'}`,
    }));
}

/** What a source file of the project does. */
export function usesOfSource(path: string, uses: readonly SourceUse[]): SessionUse[] {
  return uses.map(({ feature, name, certain, line }) => ({
    feature,
    name,
    certain,
    where: `${path}:${line}`,
  }));
}
