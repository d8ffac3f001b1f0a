import type { Check } from '../check.ts';
import { aioHandles } from './aio-handles.ts';
import { aioWorkers } from './aio-workers.ts';
import { analyzeOverdue } from './analyze-overdue.ts';
import { archiverBacklog } from './archiver-backlog.ts';
import { archiverFailing } from './archiver-failing.ts';
import { autovacuumOff } from './autovacuum-off.ts';
import { autovacuumWorkersBusy } from './autovacuum-workers-busy.ts';
import { backgroundWriterLimit } from './background-writer-limit.ts';
import { blockedSessions } from './blocked-sessions.ts';
import { bufferTurnover } from './buffer-turnover.ts';
import { checkpointSyncTime } from './checkpoint-sync-time.ts';
import { checkpointsRequested } from './checkpoints-requested.ts';
import { checksumFailures } from './checksum-failures.ts';
import { clientFsyncs } from './client-fsyncs.ts';
import { clientWrites } from './client-writes.ts';
import { connectionChurn } from './connection-churn.ts';
import { connectionLimits } from './connection-limits.ts';
import { connectionsDaysLeft } from './connections-days-left.ts';
import { connectionsUsed } from './connections-used.ts';
import { dataChecksumsOff } from './data-checksums-off.ts';
import { databaseGrowth } from './database-growth.ts';
import { deadRows } from './dead-rows.ts';
import { deadlocks } from './deadlocks.ts';
import { diskDaysLeft } from './disk-days-left.ts';
import { diskUsed } from './disk-used.ts';
import { duplicateIndexes } from './duplicate-indexes.ts';
import { foreignKeysWithoutIndex } from './foreign-keys-without-index.ts';
import { freezeOverdue } from './freeze-overdue.ts';
import { idleInTransaction } from './idle-in-transaction.ts';
import { integerColumnDaysLeft } from './integer-column-days-left.ts';
import { invalidIndexes } from './invalid-indexes.ts';
import { jitShare } from './jit-share.ts';
import { lockSlowPath } from './lock-slow-path.ts';
import { lockTableUsed } from './lock-table-used.ts';
import { lockWait } from './lock-wait.ts';
import { longestQuery } from './longest-query.ts';
import { longestTransaction } from './longest-transaction.ts';
import { materializedViews } from './materialized-views.ts';
import { multixactIdAge } from './multixact-id-age.ts';
import { multixactIdDaysLeft } from './multixact-id-days-left.ts';
import { parallelStarvation } from './parallel-starvation.ts';
import { partitionedNotAnalyzed } from './partitioned-not-analyzed.ts';
import { pendingRestart } from './pending-restart.ts';
import { preparedTransactions } from './prepared-transactions.ts';
import { readLatency } from './read-latency.ts';
import { readWait } from './read-wait.ts';
import { recoveryConflicts } from './recovery-conflicts.ts';
import { replayLag } from './replay-lag.ts';
import { replayPaused } from './replay-paused.ts';
import { rollbackRatio } from './rollback-ratio.ts';
import { sequenceDaysLeft } from './sequence-days-left.ts';
import { sequentialScans } from './sequential-scans.ts';
import { serverUptime } from './server-uptime.ts';
import { sessionIo } from './session-io.ts';
import { sessionWal } from './session-wal.ts';
import { sessionsLost } from './sessions-lost.ts';
import { settingsChanged } from './settings-changed.ts';
import { settingsFileErrors } from './settings-file-errors.ts';
import { settingsWithoutEffect } from './settings-without-effect.ts';
import { slotInactive } from './slot-inactive.ts';
import { slotLost } from './slot-lost.ts';
import { slotRetained } from './slot-retained.ts';
import { slotTimeLeft } from './slot-time-left.ts';
import { slotsWithoutLimit } from './slots-without-limit.ts';
import { slowStatements } from './slow-statements.ts';
import { standbyLag } from './standby-lag.ts';
import { standbySilent } from './standby-silent.ts';
import { statementShare } from './statement-share.ts';
import { statementsEvicted } from './statements-evicted.ts';
import { statisticsAge } from './statistics-age.ts';
import { statisticsOff } from './statistics-off.ts';
import { subscriptionDown } from './subscription-down.ts';
import { subscriptionErrors } from './subscription-errors.ts';
import { subtransactionOverflow } from './subtransaction-overflow.ts';
import { tableCacheHits } from './table-cache-hits.ts';
import { tablesWithoutPrimaryKey } from './tables-without-primary-key.ts';
import { tempFileBytes } from './temp-file-bytes.ts';
import { tempTableIo } from './temp-table-io.ts';
import { transactionIdAge } from './transaction-id-age.ts';
import { transactionIdDaysLeft } from './transaction-id-days-left.ts';
import { unusedIndexes } from './unused-indexes.ts';
import { updatesNotHot } from './updates-not-hot.ts';
import { updatesToNewPages } from './updates-to-new-pages.ts';
import { vacuumOverdue } from './vacuum-overdue.ts';
import { vacuumRunning } from './vacuum-running.ts';
import { walBuffersFull } from './wal-buffers-full.ts';
import { walDirectorySize } from './wal-directory-size.ts';
import { walFullPageImages } from './wal-full-page-images.ts';
import { walRate } from './wal-rate.ts';
import { walReceiverSilent } from './wal-receiver-silent.ts';
import { xminHorizon } from './xmin-horizon.ts';

/** Every check, by area and name. A new one is one new file and its name here. */
export const CHECKS: readonly Check[] = [
  serverUptime,
  statisticsAge,
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
  materializedViews,
  sequentialScans,
  tableCacheHits,
  tablesWithoutPrimaryKey,
  updatesNotHot,
  updatesToNewPages,
  duplicateIndexes,
  foreignKeysWithoutIndex,
  invalidIndexes,
  unusedIndexes,
  analyzeOverdue,
  autovacuumOff,
  autovacuumWorkersBusy,
  deadRows,
  freezeOverdue,
  multixactIdAge,
  partitionedNotAnalyzed,
  transactionIdAge,
  vacuumOverdue,
  vacuumRunning,
  xminHorizon,
  archiverBacklog,
  archiverFailing,
  walBuffersFull,
  walDirectorySize,
  walFullPageImages,
  walRate,
  backgroundWriterLimit,
  checkpointSyncTime,
  checkpointsRequested,
  clientFsyncs,
  clientWrites,
  recoveryConflicts,
  replayLag,
  replayPaused,
  slotInactive,
  slotLost,
  slotRetained,
  slotsWithoutLimit,
  standbyLag,
  standbySilent,
  subscriptionDown,
  subscriptionErrors,
  walReceiverSilent,
  aioHandles,
  aioWorkers,
  bufferTurnover,
  checksumFailures,
  readLatency,
  readWait,
  tempTableIo,
  connectionsDaysLeft,
  databaseGrowth,
  diskDaysLeft,
  diskUsed,
  integerColumnDaysLeft,
  multixactIdDaysLeft,
  sequenceDaysLeft,
  slotTimeLeft,
  transactionIdDaysLeft,
];
