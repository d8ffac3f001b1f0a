import process from 'node:process';
import { check } from './check.ts';
import { gate } from './gate.ts';
import { monitorRounds } from './monitor.ts';
import { noOps } from './no-op.ts';
import { ownTime } from './own-time.ts';
import { startUp } from './start-up.ts';
import { isMissed, renderTable, type Row } from './table.ts';
import { taskFiles } from './task-files.ts';

/** Prints what the goals are and how near the program is. Ends with 1 where one is missed. */
const rows: Row[] = [
  ...startUp(),
  ...taskFiles(),
  ...(await gate()),
  ...check(),
  ...(await monitorRounds()),
  ...(await ownTime()),
  ...(await noOps()),
];
console.log(renderTable(rows));
process.exitCode = rows.some(isMissed) ? 1 : 0;
