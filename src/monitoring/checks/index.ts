import type { Check } from '../check.ts';
import { blockedSessions } from './blocked-sessions.ts';
import { connectionChurn } from './connection-churn.ts';
import { connectionLimits } from './connection-limits.ts';
import { connectionsUsed } from './connections-used.ts';
import { dataChecksumsOff } from './data-checksums-off.ts';
import { deadlocks } from './deadlocks.ts';
import { duplicateIndexes } from './duplicate-indexes.ts';
import { foreignKeysWithoutIndex } from './foreign-keys-without-index.ts';
import { idleInTransaction } from './idle-in-transaction.ts';
import { invalidIndexes } from './invalid-indexes.ts';
import { jitShare } from './jit-share.ts';
import { lockSlowPath } from './lock-slow-path.ts';
import { lockTableUsed } from './lock-table-used.ts';
import { lockWait } from './lock-wait.ts';
import { longestQuery } from './longest-query.ts';
import { longestTransaction } from './longest-transaction.ts';
import { parallelStarvation } from './parallel-starvation.ts';
import { pendingRestart } from './pending-restart.ts';
import { preparedTransactions } from './prepared-transactions.ts';
import { rollbackRatio } from './rollback-ratio.ts';
import { sequenceDaysLeft } from './sequence-days-left.ts';
import { sequentialScans } from './sequential-scans.ts';
import { sessionIo } from './session-io.ts';
import { sessionWal } from './session-wal.ts';
import { sessionsLost } from './sessions-lost.ts';
import { settingsChanged } from './settings-changed.ts';
import { settingsFileErrors } from './settings-file-errors.ts';
import { settingsWithoutEffect } from './settings-without-effect.ts';
import { slowStatements } from './slow-statements.ts';
import { statementShare } from './statement-share.ts';
import { statementsEvicted } from './statements-evicted.ts';
import { statisticsOff } from './statistics-off.ts';
import { subtransactionOverflow } from './subtransaction-overflow.ts';
import { tableCacheHits } from './table-cache-hits.ts';
import { tablesWithoutPrimaryKey } from './tables-without-primary-key.ts';
import { tempFileBytes } from './temp-file-bytes.ts';
import { unusedIndexes } from './unused-indexes.ts';
import { updatesNotHot } from './updates-not-hot.ts';
import { updatesToNewPages } from './updates-to-new-pages.ts';

/** Every check, by area and name. A new one is one new file and its name here. */
export const CHECKS: readonly Check[] = [
  dataChecksumsOff,
  pendingRestart,
  settingsChanged,
  settingsFileErrors,
  settingsWithoutEffect,
  statisticsOff,
  connectionChurn,
  connectionLimits,
  connectionsUsed,
  idleInTransaction,
  sessionsLost,
  blockedSessions,
  deadlocks,
  lockSlowPath,
  lockTableUsed,
  lockWait,
  preparedTransactions,
  subtransactionOverflow,
  jitShare,
  longestQuery,
  longestTransaction,
  parallelStarvation,
  rollbackRatio,
  sessionIo,
  sessionWal,
  slowStatements,
  statementShare,
  statementsEvicted,
  tempFileBytes,
  sequentialScans,
  tableCacheHits,
  tablesWithoutPrimaryKey,
  updatesNotHot,
  updatesToNewPages,
  duplicateIndexes,
  foreignKeysWithoutIndex,
  invalidIndexes,
  unusedIndexes,
  sequenceDaysLeft,
];
