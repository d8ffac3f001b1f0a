import type { Check } from '../check.ts';
import { analyzeOverdue } from './analyze-overdue.ts';
import { autovacuumOff } from './autovacuum-off.ts';
import { autovacuumWorkersBusy } from './autovacuum-workers-busy.ts';
import { connectionsUsed } from './connections-used.ts';
import { deadRows } from './dead-rows.ts';
import { deadlocks } from './deadlocks.ts';
import { freezeOverdue } from './freeze-overdue.ts';
import { multixactIdAge } from './multixact-id-age.ts';
import { partitionedNotAnalyzed } from './partitioned-not-analyzed.ts';
import { sequenceDaysLeft } from './sequence-days-left.ts';
import { serverUptime } from './server-uptime.ts';
import { statisticsAge } from './statistics-age.ts';
import { transactionIdAge } from './transaction-id-age.ts';
import { vacuumOverdue } from './vacuum-overdue.ts';
import { vacuumRunning } from './vacuum-running.ts';
import { xminHorizon } from './xmin-horizon.ts';

/** Every check, by area and name. A new one is one new file and its name here. */
export const CHECKS: readonly Check[] = [
  serverUptime,
  statisticsAge,
  connectionsUsed,
  deadlocks,
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
  sequenceDaysLeft,
];
