import type { LintRule } from '../rule.ts';
import { attachScans } from './attach-scans.ts';
import { cannotRunInTransaction } from './cannot-run-in-transaction.ts';
import { cascade } from './cascade.ts';
import { checkValidatedAtOnce } from './check-validated-at-once.ts';
import { cluster } from './cluster.ts';
import { concurrentlyOnPartitioned } from './concurrently-on-partitioned.ts';
import { constrainedDomainRewrites } from './constrained-domain-rewrites.ts';
import { detachNotConcurrent } from './detach-not-concurrent.ts';
import { domainConstraintScans } from './domain-constraint-scans.ts';
import { dropColumn } from './drop-column.ts';
import { dropDatabase } from './drop-database.ts';
import { dropForeignKeyLocksBoth } from './drop-foreign-key-locks-both.ts';
import { dropIndexNotConcurrent } from './drop-index-not-concurrent.ts';
import { dropNotNull } from './drop-not-null.ts';
import { dropTable } from './drop-table.ts';
import { enforcingScans } from './enforcing-scans.ts';
import { enumValueUsedInSameTransaction } from './enum-value-used-in-same-transaction.ts';
import { exclusionConstraintBuildsIndex } from './exclusion-constraint-builds-index.ts';
import { explicitLock } from './explicit-lock.ts';
import { foreignKeyValidatedAtOnce } from './foreign-key-validated-at-once.ts';
import { foreignKeyWithNewColumn } from './foreign-key-with-new-column.ts';
import { foreignKeyWithoutIndex } from './foreign-key-without-index.ts';
import { identifierTooLong } from './identifier-too-long.ts';
import { identityChange } from './identity-change.ts';
import { ifNotExistsHidesInvalid } from './if-not-exists-hides-invalid.ts';
import { indexNotConcurrent } from './index-not-concurrent.ts';
import { integerKey } from './integer-key.ts';
import { invalidIndexPresent } from './invalid-index-present.ts';
import { jsonColumn } from './json-column.ts';
import { lockTimeoutTooLong } from './lock-timeout-too-long.ts';
import { missingLockTimeout } from './missing-lock-timeout.ts';
import { missingStatementTimeout } from './missing-statement-timeout.ts';
import { notNullScan } from './not-null-scan.ts';
import { onDeleteCascade } from './on-delete-cascade.ts';
import { opaqueStatement } from './opaque-statement.ts';
import { partitionOfLocksParent } from './partition-of-locks-parent.ts';
import { primaryKeyBuildsIndex } from './primary-key-builds-index.ts';
import { primaryKeyOverNullable } from './primary-key-over-nullable.ts';
import { refreshNotConcurrent } from './refresh-not-concurrent.ts';
import { reindexNotConcurrent } from './reindex-not-concurrent.ts';
import { renameBreaksClients } from './rename-breaks-clients.ts';
import { requiredColumnWithoutDefault } from './required-column-without-default.ts';
import { rewrittenAgain } from './rewritten-again.ts';
import { serialOrIdentityRewrites } from './serial-or-identity-rewrites.ts';
import { setNotNullOverNotValid } from './set-not-null-over-not-valid.ts';
import { setUnlogged } from './set-unlogged.ts';
import { severalStrongLocks } from './several-strong-locks.ts';
import { statementAfterAccessExclusive } from './statement-after-access-exclusive.ts';
import { storageMoveRewrites } from './storage-move-rewrites.ts';
import { storedColumnRewrites } from './stored-column-rewrites.ts';
import { timeoutsDuringConcurrentBuild } from './timeouts-during-concurrent-build.ts';
import { timestampWithoutTimeZone } from './timestamp-without-time-zone.ts';
import { transactionControlInFile } from './transaction-control-in-file.ts';
import { truncate } from './truncate.ts';
import { typeChangeRewrites } from './type-change-rewrites.ts';
import { unboundedDelete } from './unbounded-delete.ts';
import { unboundedUpdate } from './unbounded-update.ts';
import { uniqueConstraintBuildsIndex } from './unique-constraint-builds-index.ts';
import { vacuumFull } from './vacuum-full.ts';
import { validateInSameTransaction } from './validate-in-same-transaction.ts';
import { volatileDefaultRewrites } from './volatile-default-rewrites.ts';
import { wideIndex } from './wide-index.ts';

/** Every rule, by what it is about; findings come in this order. A new rule is one new file and its name here. */
export const RULES: readonly LintRule[] = [
  indexNotConcurrent,
  dropIndexNotConcurrent,
  reindexNotConcurrent,
  ifNotExistsHidesInvalid,
  invalidIndexPresent,
  wideIndex,
  concurrentlyOnPartitioned,
  timeoutsDuringConcurrentBuild,
  cannotRunInTransaction,
  checkValidatedAtOnce,
  foreignKeyValidatedAtOnce,
  foreignKeyWithNewColumn,
  foreignKeyWithoutIndex,
  notNullScan,
  setNotNullOverNotValid,
  uniqueConstraintBuildsIndex,
  primaryKeyBuildsIndex,
  primaryKeyOverNullable,
  exclusionConstraintBuildsIndex,
  validateInSameTransaction,
  dropForeignKeyLocksBoth,
  enforcingScans,
  domainConstraintScans,
  constrainedDomainRewrites,
  onDeleteCascade,
  volatileDefaultRewrites,
  requiredColumnWithoutDefault,
  serialOrIdentityRewrites,
  storedColumnRewrites,
  typeChangeRewrites,
  dropColumn,
  dropNotNull,
  dropTable,
  dropDatabase,
  truncate,
  cascade,
  renameBreaksClients,
  jsonColumn,
  timestampWithoutTimeZone,
  integerKey,
  identifierTooLong,
  vacuumFull,
  cluster,
  refreshNotConcurrent,
  setUnlogged,
  storageMoveRewrites,
  rewrittenAgain,
  unboundedUpdate,
  unboundedDelete,
  enumValueUsedInSameTransaction,
  missingLockTimeout,
  missingStatementTimeout,
  lockTimeoutTooLong,
  severalStrongLocks,
  statementAfterAccessExclusive,
  transactionControlInFile,
  identityChange,
  partitionOfLocksParent,
  attachScans,
  detachNotConcurrent,
  explicitLock,
  opaqueStatement,
];
