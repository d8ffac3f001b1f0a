import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { profileOf, type HardwareProfile, type SourcedProfile } from '../profile.ts';
import { impossible } from './bounds.ts';
import { parseHardware } from './parse.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;
const TB = 1024 ** 4;

const valuesOf = (text: string): Partial<HardwareProfile> => {
  const { given, problems } = parseHardware(text);
  expect(problems, text).toEqual([]);
  return profileOf(given as SourcedProfile);
};

describe('W2: what people write', () => {
  test.each<[string, Partial<HardwareProfile>]>([
    [
      '16 GB RAM, 8 cores, NVMe, 200 connections, oltp',
      { memoryBytes: 16 * GB, cpus: 8, storage: 'nvme', connections: 200, workload: 'oltp' },
    ],
    ['16GB/8 vCPU/SSD', { memoryBytes: 16 * GB, cpus: 8, storage: 'ssd' }],
    [
      '64 GiB, 16 CPUs, HDD, data warehouse',
      { memoryBytes: 64 * GB, cpus: 16, storage: 'hdd', workload: 'dw' },
    ],
    ['Tune PostgreSQL 18 for the 16 GB / SSD server', { memoryBytes: 16 * GB, storage: 'ssd' }],
    ['RAM: 16 GB; CPU: 8; Disk: 500 GB NVMe', { memoryBytes: 16 * GB, cpus: 8, storage: 'nvme' }],
    ['ram 16 GB disk 500 GB', { memoryBytes: 16 * GB }],
    ['disk 500 GB ram 16 GB', { memoryBytes: 16 * GB }],
    ['16 GB RAM 500 GB SSD 8 cores', { memoryBytes: 16 * GB, cpus: 8, storage: 'ssd' }],
    ['RAM: 16 GB SSD', { memoryBytes: 16 * GB, storage: 'ssd' }],
    ['RAM: 16 GB Disk: 500 GB CPU: 8', { memoryBytes: 16 * GB, cpus: 8 }],
    ['SSD 16 GB RAM', { memoryBytes: 16 * GB, storage: 'ssd' }],
    ['4 vCPU 16 GB 500 GB SSD 3000 IOPS', { memoryBytes: 16 * GB, cpus: 4, storage: 'ssd' }],
    ['16GB-8vCPU', { memoryBytes: 16 * GB, cpus: 8 }],
    ['8C/16T, 32G', { memoryBytes: 32 * GB, cpus: 8 }],
    ['2x16GB RAM, 2 x 8 cores', { memoryBytes: 32 * GB, cpus: 16 }],
    ['512 MB', { memoryBytes: 512 * MB }],
    ['1,5 TB memory', { memoryBytes: 1.5 * TB }],
    ['1,024 GB of RAM', { memoryBytes: TB }],
    ['16Gi memory, 500m cpu', { memoryBytes: 16 * GB, cpus: 0.5 }],
    ['max_connections = 200, 16 GB', { memoryBytes: 16 * GB, connections: 200 }],
    ['7 TB database, 200 GB free, 16 GB', { memoryBytes: 16 * GB, dataBytes: 7 * TB, freeBytes: 200 * GB }],
    ['100 GB of data', { dataBytes: 100 * GB }],
    ['docker on Debian 12, 2 GB, 1.5 CPUs', { container: true, os: 'linux', memoryBytes: 2 * GB, cpus: 1.5 }],
    ['bare metal, Windows Server 2022', { container: false, os: 'windows' }],
    [
      'AMD EPYC 7763 64-Core, 512 GB, PostgreSQL 18, Ubuntu 24.04, RAID 10',
      { cpus: 64, memoryBytes: 512 * GB, os: 'linux' },
    ],
    ['EBS gp3 SSD', { storage: 'san' }],
    ['NVMe SSD', { storage: 'nvme' }],
    ['OLTP web application', { workload: 'oltp' }],
    ['managed RDS on Aurora', { managed: 'aurora' }],
    ['db.r6g.xlarge, 32 GB', { managed: 'rds', memoryBytes: 32 * GB, cpus: 4 }],
    ['self-hosted Supabase, 8 GB', { memoryBytes: 8 * GB }],
    ['supabase 2XL, web', { managed: 'supabase', memoryBytes: 32 * GB, cpus: 8, workload: 'web' }],
  ])('%s', (text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  test('W3: each value says with which words it was given', () => {
    expect(parseHardware('16 GB of RAM, db size 2 TB').given).toEqual({
      memoryBytes: { value: 16 * GB, source: 'given: 16 GB RAM' },
      dataBytes: { value: 2 * TB, source: 'given: db size 2 TB' },
    });
  });

  test('W4: what is not understood is named and changes nothing', () => {
    const { given, unknown } = parseHardware('a Hetzner AX102 with nvne, 16 GB, 3000 IOPS, 500 GB disk');
    expect(Object.keys(given)).toEqual(['memoryBytes']);
    expect(unknown).toEqual(['Hetzner', 'AX102', 'nvne', '3000 IOPS', '500 GB disk']);
  });
});

describe('W5: what cannot be', () => {
  test.each<[string, RegExp]>([
    ['0 GB', /"0 GB": .* too little, at least 256 MB/],
    ['-4 GB RAM', /"-4 GB RAM": .* too little/],
    ['RAM: -4GB', /too little/],
    ['200 TB RAM', /too much, at most 64 TB/],
    ['1,000 cores', /"1,000 cores": .* at most 768 cores: the largest two sockets/],
    ['0 cores', /at least 0.1 cores/],
    ['-2 CPUs', /too little/],
    ['1.5 connections', /no whole number/],
    ['0 connections', /somebody has to connect/],
    ['300000 connections', /262,143/],
    ['16 parsecs', /the unit parsecs is not known/],
    ['16xb', /the unit xb is not known/],
    ['16', /"16": of what\?/],
    ['RAM 16', /"RAM 16" has no unit/],
    ['16 RAM', /"16 RAM" has no unit/],
    ['1,5,5 GB', /is no number/],
    ['16-32 GB', /is a range/],
    ['8 to 16 cores', /is a range/],
    ['8 GB cores', /cores have no size/],
    ['16 GB ... 32 GB RAM', /memory: "16 GB" \(16 GB\) contradicts "32 GB RAM" \(32 GB\)/],
    ['HDD and SSD', /storage: "HDD" \(hdd\) contradicts "SSD" \(ssd\)/],
    ['oltp and data warehouse', /both at once is mixed/],
    ['db.r6g.xlarge with 64 GB', /memory: "db.r6g.xlarge" \(32 GB\) contradicts "64 GB"/],
    ['no SSD, 16 GB', /"no SSD": say what the machine has/],
    ['db.z9.large', /no family z9 is known/],
    ['our server', /nothing in "our server" says/],
    ['', /nothing in "" says/],
    ['GB '.repeat(1000), /at most 2000 characters/],
  ])('%s', (text, problem) => {
    const { given, problems } = parseHardware(text);
    expect(given).toEqual({});
    expect(problems.join('\n')).toMatch(problem);
  });

  test('comes all at once', () => {
    expect(parseHardware('0 GB, 1,000 cores, HDD, NVMe').problems).toHaveLength(3);
  });
});

/** A value, and ways to write it. */
const spelled = <T>(values: fc.Arbitrary<T>, ways: readonly ((value: T) => string)[]) =>
  fc.tuple(values, fc.constantFrom(...ways)).map(([value, way]) => ({ value, text: way(value) }));

const PARTS = {
  memoryBytes: spelled(
    fc.integer({ min: 1, max: 2000 }).map((gigabytes) => gigabytes * GB),
    [
      (bytes) => `${bytes / GB} GB`,
      (bytes) => `${bytes / GB}GiB RAM`,
      (bytes) => `RAM: ${bytes / GB}G`,
      (bytes) => `${bytes / MB} MB of memory`,
      (bytes) => `memory=${bytes / GB}gb`,
      (bytes) => `${(bytes / GB).toLocaleString('en-US')} gigs`,
    ],
  ),
  cpus: spelled(fc.integer({ min: 1, max: 768 }), [
    (count) => `${count} cores`,
    (count) => `${count}vCPU`,
    (count) => `cpus: ${count}`,
    (count) => `${count}-core`,
    (count) => `${count} physical cores`,
  ]),
  storage: spelled(fc.constantFrom('nvme', 'ssd', 'hdd', 'san'), [
    (value) => value,
    (value) => value.toUpperCase(),
    (value) => `storage: ${value}`,
    (value) => `2 TB ${value}`,
  ]),
  connections: spelled(fc.integer({ min: 1, max: 5000 }), [
    (count) => `${count} connections`,
    (count) => `max_connections = ${count}`,
    (count) => `${count.toLocaleString('en-US')} clients`,
  ]),
  workload: spelled(fc.constantFrom('web', 'oltp', 'dw', 'mixed', 'desktop'), [
    (value) => value,
    (value) => `workload: ${value}`,
  ]),
  os: spelled(fc.constantFrom('linux', 'macos', 'windows'), [(value) => value, (value) => `${value} 14`]),
  dataBytes: spelled(
    fc.integer({ min: 1, max: 900 }).map((gigabytes) => gigabytes * GB),
    [
      (bytes) => `${bytes / GB} GB database`,
      (bytes) => `data size: ${bytes / GB} GB`,
      (bytes) => `${bytes / GB} GB of data`,
    ],
  ),
  container: fc.constantFrom(
    { value: true, text: 'docker' },
    { value: true, text: 'on Kubernetes' },
    { value: false, text: 'bare metal' },
  ),
};

const separators = fc.constantFrom(', ', '; ', ' / ', '/', ' | ', '\n', ' + ');
const someParts = fc
  .record(PARTS, { requiredKeys: [] })
  .filter((parts) => Object.keys(parts).length > 0)
  .map((parts) => Object.entries(parts));

describe('whatever order, spelling and separators', () => {
  test('the values are read as they were written', () => {
    fc.assert(
      fc.property(
        someParts.chain((parts) => fc.shuffledSubarray(parts, { minLength: parts.length })),
        separators,
        (parts, separator) => {
          const text = parts.map(([, part]) => part.text).join(separator);
          expect(valuesOf(text)).toEqual(Object.fromEntries(parts.map(([name, { value }]) => [name, value])));
        },
      ),
    );
  });

  test('a word that is not known changes nothing and is named', () => {
    const words = fc
      .stringMatching(/^[a-z]{3,9}$/)
      .map((letters) => `zq${letters}`)
      .filter((word) => word !== 'zqgb');
    fc.assert(
      fc.property(someParts, words, separators, (parts, word, separator) => {
        const texts = parts.map(([, { text }]) => text);
        const plain = parseHardware(texts.join(separator));
        const strange = parseHardware([word, ...texts, word].join(separator));
        expect(strange.given).toEqual(plain.given);
        expect(strange.unknown.filter((text) => text === word)).toHaveLength(2);
      }),
    );
  });

  test('two sizes of memory contradict each other, unless they are equal', () => {
    fc.assert(
      fc.property(PARTS.memoryBytes, PARTS.memoryBytes, separators, (one, other, separator) => {
        const { problems } = parseHardware(one.text + separator + other.text);
        expect(problems).toHaveLength(one.value === other.value ? 0 : 1);
      }),
    );
  });
});

test('any text is read or refused, and nothing impossible comes out of it', () => {
  const pieces = fc.constantFrom(...'16|GB|-|/|,|.| |RAM|cores|1,5|x|NVMe|no|to|db.|m5|large'.split('|'));
  const texts = fc.oneof(
    fc.string({ maxLength: 300, unit: 'binary' }),
    fc.array(pieces, { maxLength: 60 }).map((list) => list.join('')),
    fc.array(pieces, { maxLength: 60 }).map((list) => list.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { given, problems } = parseHardware(text);
      expect(Object.keys(given).length > 0).toBe(problems.length === 0);
      for (const [name, { value }] of Object.entries(given))
        expect(impossible(name as keyof HardwareProfile, value)).toBeNull();
    }),
    { numRuns: 2000 },
  );
});
