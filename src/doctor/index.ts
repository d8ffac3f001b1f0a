import type { Check } from './check.ts';
import { auditAnchors } from './checks/audit-anchors.ts';
import { auditLog } from './checks/audit-log.ts';
import { config } from './checks/config.ts';
import { docker } from './checks/docker.ts';
import { embedded } from './checks/embedded.ts';
import { environment } from './checks/environment.ts';
import { eventTriggers } from './checks/event-triggers.ts';
import { folders } from './checks/folders.ts';
import { git } from './checks/git.ts';
import { ledger } from './checks/ledger.ts';
import { node } from './checks/node.ts';
import { parser } from './checks/parser.ts';
import { pooler } from './checks/pooler.ts';
import { readOnly } from './checks/read-only.ts';
import { readingRole } from './checks/reading-role.ts';
import { owner, role } from './checks/role.ts';
import { settingChecks } from './checks/settings.ts';
import { signers } from './checks/signers.ts';
import { sshKeygen } from './checks/ssh-keygen.ts';
import { statementStatistics } from './checks/statistics.ts';
import { tests } from './checks/tests.ts';
import { version } from './checks/version.ts';

/** Every check, in the order in which they are told. A new check is one new file and its name here. */
export const CHECKS: readonly Check[] = [
  node,
  parser,
  config,
  folders,
  git,
  tests,
  sshKeygen,
  embedded,
  docker,
  auditLog,
  version,
  pooler,
  readOnly,
  environment,
  role,
  owner,
  readingRole,
  signers,
  ledger,
  auditAnchors,
  ...settingChecks,
  eventTriggers,
  statementStatistics,
];
