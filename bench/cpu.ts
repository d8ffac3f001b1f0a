import process from 'node:process';

/** CPU milliseconds of this process, the garbage collector's threads included. */
export function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
