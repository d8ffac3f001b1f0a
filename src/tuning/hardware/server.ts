import type { ManagedService, OperatingSystem } from '../profile.ts';
import type { PartialProfile } from './claim.ts';
import { SERVICE_SIGNS } from './service-signs.ts';
import { sizeText } from './size.ts';
import { classOfTimedReads, type TimedReads } from './storage-class.ts';

/** What a server says by SQL of itself and of the machine that it runs on. */
export interface ServerHardware {
  /** `18.4`. */
  readonly version: string;
  /** `version()`, which names the system that it was built for. */
  readonly build: string;
  readonly isSuperuser: boolean;
  readonly sharedBuffersBytes: number;
  readonly effectiveCacheBytes: number;
  readonly maxConnections: number;
  /** Of `shared_buffers` and `effective_cache_size`, those that somebody has set. */
  readonly configured: readonly string[];
  /** Null where the role may not see it. */
  readonly dataDirectory: string | null;
  /** Of the databases whose size the role may ask for, in bytes; null where that took too long. */
  readonly databaseBytes: number | null;
  readonly hiddenDatabases: number;
  /** Since the statistics were reset; null where `track_io_timing` is off, or the server is too old to count them. */
  readonly timedReads: TimedReads | null;
  /** Roles and settings of managed services that are there, by `SERVICE_SIGNS`. */
  readonly serviceRoles: readonly string[];
  readonly serviceSettings: readonly string[];
}

/** How much of the memory `shared_buffers` has where the service sets it; else a quarter is the usual. */
const SHARE: Readonly<Partial<Record<ManagedService, number>>> = {
  // DBInstanceClassMemory / 12038 blocks of 8 kB.
  aurora: 8192 / 12_038,
  'cloud-sql': 1 / 3,
};
const USUAL_SHARE = 1 / 4;

/** By what `version()` names. */
const BUILDS: readonly (readonly [RegExp, OperatingSystem])[] = [
  [/linux/i, 'linux'],
  [/apple|darwin/i, 'macos'],
  [/windows|mingw|msvc|visual c\+\+/i, 'windows'],
];

/** The service whose signs a server shows; null for one's own. Nobody is superuser on one that is managed. */
export function managedBy(server: Pick<ServerHardware, 'isSuperuser' | 'serviceRoles' | 'serviceSettings'>): {
  readonly service: ManagedService;
  readonly sign: string;
} | null {
  if (server.isSuperuser) return null;
  for (const [service, { roles, settings }] of Object.entries(SERVICE_SIGNS)) {
    const role = server.serviceRoles.find((name) => roles.includes(name));
    const setting = server.serviceSettings.find((name) => settings.some((start) => name.startsWith(start)));
    if (role === undefined && setting === undefined) continue;
    const sign = role === undefined ? `the setting ${setting}` : `the role ${role}`;
    return { service: service as ManagedService, sign };
  }
  return null;
}

/** What the server knows for sure. */
export function toldByServer(server: ServerHardware): PartialProfile {
  const os = BUILDS.find(([pattern]) => pattern.test(server.build))?.[1];
  const managed = managedBy(server);
  const hidden = server.hiddenDatabases;
  const of = hidden === 0 ? 'all databases' : `the databases that the role may see, ${hidden} are hidden`;
  return {
    ...(os === undefined ? {} : { os: { value: os, source: 'what the server was built for' } }),
    ...(server.databaseBytes === null
      ? {}
      : { dataBytes: { value: server.databaseBytes, source: `the server: size of ${of}` } }),
    managed:
      managed === null
        ? { value: null, source: 'no sign of a managed service' }
        : { value: managed.service, source: `the server has ${managed.sign}` },
    connections: {
      value: null,
      source: `nobody says; the server's max_connections is ${server.maxConnections}`,
    },
  };
}

/** What the server's settings and times suggest. */
export function suggestedByServer(server: ServerHardware): PartialProfile {
  return { ...storageOf(server), ...memoryOf(server) };
}

/** What a service's machines are like, whichever they are. */
export function suggestedByService(service: ManagedService): PartialProfile {
  const { storage, title } = SERVICE_SIGNS[service];
  return {
    storage: { value: storage, source: `guessed: what the storage of ${title} behaves like` },
    os: { value: 'linux', source: `guessed: what ${title} runs on` },
  };
}

function storageOf(server: ServerHardware): PartialProfile {
  const { timedReads } = server;
  const managed = managedBy(server);
  if (managed !== null) return suggestedByService(managed.service);
  const value = timedReads === null ? null : classOfTimedReads(timedReads);
  if (timedReads === null || value === null) return {};
  const mean = (timedReads.totalMs / timedReads.count).toPrecision(2);
  const source = `guessed: ${timedReads.count.toLocaleString('en-US')} reads took ${mean} ms on average (pg_stat_io), some of them out of a cache`;
  return { storage: { value, source } };
}

function memoryOf(server: ServerHardware): PartialProfile {
  if (!server.configured.includes('shared_buffers')) return {};
  const managed = managedBy(server)?.service;
  const share = (managed === undefined ? null : SHARE[managed]) ?? USUAL_SHARE;
  const value = Math.max(
    Math.round(server.sharedBuffersBytes / share),
    // It counts what the operating system caches, and is below the memory.
    server.configured.includes('effective_cache_size') ? server.effectiveCacheBytes : 0,
  );
  const source = `guessed: shared_buffers is ${sizeText(server.sharedBuffersBytes)}, of which ${Math.round(100 * share)} % of the memory is the usual`;
  return { memoryBytes: { value, source } };
}
