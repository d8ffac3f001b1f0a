import type { Check } from '../check.ts';
import { blockedSessions } from './blocked-sessions.ts';
import { connectionChurn } from './connection-churn.ts';
import { connectionLimits } from './connection-limits.ts';
import { connectionsUsed } from './connections-used.ts';
import { deadlocks } from './deadlocks.ts';
import { idleInTransaction } from './idle-in-transaction.ts';
import { lockSlowPath } from './lock-slow-path.ts';
import { lockTableUsed } from './lock-table-used.ts';
import { lockWait } from './lock-wait.ts';
import { preparedTransactions } from './prepared-transactions.ts';
import { sequenceDaysLeft } from './sequence-days-left.ts';
import { sessionsLost } from './sessions-lost.ts';
import { subtransactionOverflow } from './subtransaction-overflow.ts';

/** Every check, by area and name. A new one is one new file and its name here. */
export const CHECKS: readonly Check[] = [
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
  sequenceDaysLeft,
];
