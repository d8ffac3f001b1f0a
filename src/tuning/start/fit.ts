import { formatBytes } from '../../report/format.ts';
import { formatSetting } from '../format-setting.ts';
import { parseSetting } from '../parse-setting.ts';
import { POSTGRESQL_18 } from '../postgresql-18.ts';
import { fromBase, readableBytes, toBase } from '../units.ts';
import type { Configuration } from './configuration.ts';
import type { Adaptation } from './held-back.ts';

/** What a server of a trial may take of this machine. */
export interface Room {
  /** For one server, with all its sessions. */
  readonly memoryBytes: number;
  /** For its write-ahead log. */
  readonly logBytes: number;
  /** Reserved and free. */
  readonly hugePages: number;
}

/** What the server itself says that it needs with a configuration (`shared_memory_size`, `…_in_huge_pages`). */
export interface Needs {
  readonly sharedMemoryBytes: number;
  /** Null where the system has none. */
  readonly hugePages: number | null;
}

export interface Fitted {
  readonly configuration: Configuration;
  readonly adapted: readonly Adaptation[];
}

/** Of the memory of one server. The rest is for its sessions, and for the files that the system caches. */
const SHARED_SHARE = 0.5;
/** What the version has by default; a server with less is another server. */
const FEWEST_BUFFERS = 128 * 1024 ** 2;
const DEFAULT_CONNECTIONS = 100;
/** Shared memory of a buffer with its bookkeeping, by the buffer's own 8 kB (64 GB on 18.4: 1.024). */
const WITH_BOOKKEEPING = 1.024;

/**
 * Sizes that are taken when something runs, not at the start: what a single taker may have, as a share of the memory or
 * the volume. `work_mem` is taken by several nodes of several sessions and workers at once.
 */
const TAKEN: readonly {
  readonly name: string;
  readonly share: number;
  readonly of: 'memoryBytes' | 'logBytes';
}[] = [
  { name: 'work_mem', share: 1 / 16, of: 'memoryBytes' },
  { name: 'maintenance_work_mem', share: 1 / 4, of: 'memoryBytes' },
  { name: 'autovacuum_work_mem', share: 1 / 16, of: 'memoryBytes' },
  { name: 'logical_decoding_work_mem', share: 1 / 16, of: 'memoryBytes' },
  { name: 'temp_buffers', share: 1 / 16, of: 'memoryBytes' },
  { name: 'max_wal_size', share: 1 / 2, of: 'logBytes' },
  { name: 'min_wal_size', share: 1 / 4, of: 'logBytes' },
  { name: 'wal_keep_size', share: 1 / 4, of: 'logBytes' },
];

/**
 * Makes a configuration for a larger machine fit this one, and says which settings it changed. What fits stays as it is.
 * Costs and `effective_cache_size` take nothing and stay as well: plans are those of the machine it is for.
 */
export function fitToMachine(proposed: Configuration, needs: Needs, room: Room): Fitted {
  const changes = [
    ...fitTaken(proposed, room),
    ...fitShared(proposed, needs, room),
    ...fitPages(proposed, needs, room),
  ];
  const tried = Object.fromEntries(changes.map(({ name, tried: value }) => [name, value]));
  return { configuration: { ...proposed, ...tried }, adapted: changes };
}

type Change = Adaptation & { readonly tried: string };

function fitTaken(proposed: Configuration, room: Room): Change[] {
  return TAKEN.flatMap(({ name, share, of }) => {
    const value = proposed[name];
    const most = room[of] * share;
    const bytes = value === undefined ? null : bytesOf(name, value);
    if (value === undefined || bytes === null || bytes <= most) return [];
    const why =
      of === 'memoryBytes' ? memoryWords(room) : `this machine has ${formatBytes(room.logBytes)} for the log`;
    return [{ name, proposed: value, tried: sizeValue(name, most), why }];
  });
}

/** First the buffers, down to the default, then the connections: those bring the rest of the shared memory. */
function fitShared(proposed: Configuration, { sharedMemoryBytes }: Needs, room: Room): Change[] {
  const most = room.memoryBytes * SHARED_SHARE;
  if (sharedMemoryBytes <= most) return [];
  const why = memoryWords(room);
  const { shared_buffers: buffers, max_connections: connections } = proposed;
  const proposedBytes = buffers === undefined ? null : bytesOf('shared_buffers', buffers);
  const bufferBytes = proposedBytes ?? FEWEST_BUFFERS;
  const otherBytes = Math.max(0, sharedMemoryBytes - bufferBytes * WITH_BOOKKEEPING);
  const triedBytes = Math.min(bufferBytes, Math.max(FEWEST_BUFFERS, (most - otherBytes) / WITH_BOOKKEEPING));
  const changes: Change[] = [];
  if (buffers !== undefined && triedBytes < bufferBytes)
    changes.push({
      name: 'shared_buffers',
      proposed: buffers,
      tried: sizeValue('shared_buffers', triedBytes),
      why,
    });
  const share = (most - triedBytes * WITH_BOOKKEEPING) / otherBytes;
  if (share < 1 && Number(connections) > DEFAULT_CONNECTIONS) {
    const tried = Math.max(DEFAULT_CONNECTIONS, Math.floor(Number(connections) * Math.max(0, share)));
    changes.push({ name: 'max_connections', proposed: connections ?? '', tried: String(tried), why });
  }
  return changes;
}

function fitPages(proposed: Configuration, { hugePages }: Needs, room: Room): Change[] {
  const value = proposed['huge_pages'];
  if (value?.toLowerCase() !== 'on' || (hugePages !== null && room.hugePages >= hugePages)) return [];
  const why =
    hugePages === null
      ? 'this machine has no huge pages'
      : `this machine has ${room.hugePages} free huge pages, it needs ${hugePages}`;
  return [{ name: 'huge_pages', proposed: value, tried: 'try', why }];
}

function memoryWords({ memoryBytes }: Room): string {
  return `this machine has ${formatBytes(memoryBytes)} for it`;
}

/** Null for a value that is none, or that means something of its own, as -1 does. */
function bytesOf(name: string, value: string): number | null {
  const facts = POSTGRESQL_18.settings.get(name);
  if (facts === undefined) return null;
  const read = parseSetting(value, facts);
  const bytes = read.ok ? toBase(Number(read.value), facts) : -1;
  return bytes < 0 ? null : bytes;
}

function sizeValue(name: string, bytes: number): string {
  const facts = POSTGRESQL_18.settings.get(name) ?? { unit: 'kB', type: 'integer' as const };
  return formatSetting(String(Math.floor(fromBase(readableBytes(bytes), facts))), facts);
}
