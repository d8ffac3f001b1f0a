import process from 'node:process';
import { startUp } from './start-up.ts';
import { isMissed, renderTable, type Row } from './table.ts';
import { taskFiles } from './task-files.ts';

const rows: Row[] = [...startUp(), ...taskFiles()];
console.log(renderTable(rows));
process.exitCode = rows.some(isMissed) ? 1 : 0;
