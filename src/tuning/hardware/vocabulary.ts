import type { HardwareProfile } from '../profile.ts';

/** What a number is about that stands beside the word. */
export type Role = 'memory' | 'disk' | 'data' | 'free' | 'cores' | 'threads' | 'connections';

/** What one word or a few say. */
export interface Phrase {
  /** Values that it names by itself. */
  readonly claims?: Partial<HardwareProfile>;
  readonly role?: Role;
  /** A number behind it is its version or model, and says nothing here. */
  readonly isNumbered?: boolean;
  /** Says what there is not. */
  readonly denies?: boolean;
  /** Stands between a number and what it is about: `16 GB of RAM`. */
  readonly joins?: boolean;
}

type Row = readonly [phrase: Phrase, spellings: string];

const storage = (value: HardwareProfile['storage']): Phrase => ({ claims: { storage: value } });
const workload = (value: HardwareProfile['workload']): Phrase => ({ claims: { workload: value } });
const system = (value: HardwareProfile['os']): Phrase => ({ claims: { os: value }, isNumbered: true });
const managed = (value: NonNullable<HardwareProfile['managed']>): Phrase => ({ claims: { managed: value } });

/** Spellings are separated by commas, in small letters, with spaces for hyphens and underscores. */
const ROWS: readonly Row[] = [
  [
    { role: 'memory' },
    'ram, memory, mem, memory size, memory limit, total memory, main memory, system memory, ddr memory',
  ],
  [
    { role: 'cores' },
    'core, cores, cpu, cpus, vcpu, vcpus, vcore, vcores, c, processor, processors, cpu core, cpu cores, cpu count, physical core, physical cores, virtual core, virtual cores, virtual cpu, virtual cpus, logical cpu, logical cpus, cpu limit',
  ],
  [{ role: 'threads' }, 'thread, threads, hyperthread, hyperthreads, cpu thread, cpu threads'],
  [
    { role: 'connections' },
    'connection, connections, conn, conns, max connections, max connection, maximum connections, client connections, database connections, db connections, concurrent connections, simultaneous connections, parallel connections, client, clients, session, sessions, concurrent sessions, concurrent clients',
  ],
  [
    { role: 'data' },
    'data, dataset, database, databases, db, data size, database size, db size, size of data',
  ],
  [{ role: 'free' }, 'free, free space, free disk, free disk space, available, available space, space left'],
  [
    { role: 'disk' },
    'disk, disks, disk space, drive, drives, storage, volume, volumes, local disk, local storage, disk type, storage type',
  ],
  [{ role: 'disk', isNumbered: true }, 'raid'],

  [
    storage('nvme'),
    'nvme, nvme ssd, nvme disk, nvme drive, nvme storage, local nvme, m.2, m.2 nvme, pcie ssd, optane',
  ],
  [storage('ssd'), 'ssd, ssds, solid state, solid state disk, solid state drive, sata ssd, sas ssd, flash'],
  [
    storage('hdd'),
    'hdd, hdds, hard disk, hard disks, hard drive, hard drives, spinning disk, spinning disks, spinning rust, rotating disk, rotational, magnetic, magnetic disk, st1, sc1, pd standard',
  ],
  [
    storage('san'),
    'san, ebs, gp2, gp3, io1, io2, io2 block express, pd ssd, pd balanced, persistent disk, hyperdisk, premium ssd, premium ssd v2, ultra disk, managed disk, azure disk, network storage, network disk, cloud disk, block storage, iscsi, fibre channel, fiber channel, ceph, nfs, nas',
  ],

  [workload('web'), 'web, web app, web application, website'],
  [workload('oltp'), 'oltp, transactional, transactions, transaction processing'],
  [
    workload('dw'),
    'dw, dwh, data warehouse, data warehousing, warehouse, olap, analytics, analytical, reporting, bi',
  ],
  [workload('mixed'), 'mixed, mixed workload, htap, oltp and olap, oltp and reporting, web and reporting'],
  [workload('desktop'), 'desktop, laptop, workstation, notebook, developer machine, development machine'],

  [
    system('linux'),
    'linux, ubuntu, ubuntu server, debian, rhel, red hat, redhat, centos, rocky, rocky linux, alma, almalinux, alma linux, fedora, suse, sles, opensuse, alpine, alpine linux, amazon linux, oracle linux, arch linux',
  ],
  [system('macos'), 'macos, mac os, mac os x, osx, os x, darwin'],
  [system('windows'), 'windows, windows server, win32, win64'],

  [
    { claims: { container: true } },
    'container, containers, docker, docker container, docker compose, podman, kubernetes, k8s, pod, containerd, lxc, lxd, openshift, ecs, cloudnativepg, cnpg',
  ],
  [{ claims: { container: false } }, 'bare metal, baremetal, dedicated server, no container'],

  [managed('rds'), 'rds, amazon rds, aws rds'],
  [managed('aurora'), 'aurora, amazon aurora, aws aurora, rds aurora, aurora postgresql, aurora postgres'],
  [managed('cloud-sql'), 'cloud sql, cloudsql, google cloud sql, gcp cloud sql'],
  [
    managed('azure'),
    'azure database, azure database for postgresql, azure postgresql, azure postgres, azure flexible server, flexible server, azure single server',
  ],
  [managed('supabase'), 'supabase'],
  [managed('neon'), 'neon'],
  [
    managed('other'),
    'managed, managed service, fully managed, dbaas, heroku, heroku postgres, digitalocean, digital ocean, aiven, crunchy bridge, timescale cloud, alloydb',
  ],

  [
    { isNumbered: true },
    'postgresql, postgres, pg, pgsql, version, v, ddr, ddr4, ddr5, gen, pcie, sata, sas, lts, release, kernel, glibc, intel, amd, xeon, epyc, ryzen, graviton',
  ],
  [{ denies: true }, 'no, not, without, non, never, instead of, rather than'],
  [
    { joins: true },
    'a, an, the, of, is, are, about, around, approx, approximately, up to, each, total, in total, size, max, maximum, limit',
  ],
  // Said of every machine, and of no value.
  [
    {},
    'and, with, on, in, at, for, per, has, have, our, my, server, servers, machine, machines, box, host, hosts, node, instance, instance type, instance class, vm, virtual machine, virtualised, virtualized, hardware, dedicated, cloud, self hosted, self managed, self hosted supabase, on premises, on prem, ec2, aws, amazon, gcp, google cloud, type, workload, application, app, os, operating system, running, runs, using, plus, ecc, x86, x86_64, x64, arm64, aarch64, amd64, 64 bit, production, prod, staging, test, dev, development, primary, only',
  ],
];

const PHRASES: ReadonlyMap<string, Phrase> = new Map(
  ROWS.flatMap(([phrase, spellings]) => spellings.split(', ').map((spelling) => [spelling, phrase] as const)),
);

/** The most words that a phrase has. */
export const MOST_WORDS = Math.max(...[...PHRASES.keys()].map((spelling) => spelling.split(' ').length));

/** What these words say together, spelled as in a text; undefined for what nobody knows. */
export function phraseOf(words: string): Phrase | undefined {
  return PHRASES.get(
    words
      .toLowerCase()
      .replaceAll(/[\s_-]+/g, ' ')
      .trim(),
  );
}
