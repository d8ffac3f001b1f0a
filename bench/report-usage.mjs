// Loaded into the measured process with --import: says at its end how much CPU time it has used, in milliseconds.
import { writeFileSync } from 'node:fs';
import process from 'node:process';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(process.env.BENCH_USAGE_FILE, String((userCPUTime + systemCPUTime) / 1000));
});
