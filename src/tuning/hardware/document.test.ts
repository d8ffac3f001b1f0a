import { describe, expect, test } from 'vitest';
import { hardwareSchema, readHardwareDocument } from './document.ts';

const GB = 1024 ** 3;

test('W6: a document has the values that a text has', () => {
  const { given, problems } = readHardwareDocument({
    memory: '16 GB',
    cpus: 7.5,
    storage: 'nvme',
    os: 'linux',
    container: true,
    workload: 'oltp',
    connections: 200,
    data: 3 * GB,
    free: '0 GB',
    managed: 'rds',
  });
  expect(problems).toEqual([]);
  expect(given).toMatchObject({
    memoryBytes: { value: 16 * GB, source: 'given: memory: 16 GB' },
    cpus: { value: 7.5 },
    storage: { value: 'nvme' },
    container: { value: true },
    connections: { value: 200 },
    dataBytes: { value: 3 * GB },
    freeBytes: { value: 0 },
    managed: { value: 'rds' },
  });
});

test('an instance stands for what it has', () => {
  expect(readHardwareDocument({ instance: 'db.r6g.xlarge' }).given).toEqual({
    managed: { value: 'rds', source: 'given: instance: db.r6g.xlarge' },
    cpus: { value: 4, source: 'given: instance: db.r6g.xlarge' },
    memoryBytes: { value: 32 * GB, source: 'given: instance: db.r6g.xlarge' },
  });
});

describe('W5: what is wrong comes all at once', () => {
  test.each<[document: unknown, problems: RegExp[]]>([
    [
      { memory: '16 XB', cpus: 1000, instance: 'db.m5.tiny' },
      [/memory: "16 XB" is no size/, /768 cores/, /no such size/],
    ],
    [{ memory: true, ram: '16 GB', storage: 'tape' }, [/memory: must be/, /storage/, /ram/]],
    [{ memory: '0 GB', connections: 0 }, [/256 MB/, /connection/]],
    [{ memory: '8 GB', instance: 'db.r6g.xlarge' }, [/memory: "memory: 8 GB" \(8 GB\) contradicts/]],
    [{ connections: 1.5 }, [/connections/]],
    [{ memory: -1 }, [/too little/]],
    [{ instance: 'a large one' }, [/no name that is known/]],
    [{}, [/says nothing/]],
    [null, [/says nothing/]],
    ['16 GB', [/the file: /]],
    [[], [/the file: /]],
    [{ cores: 8 }, [/"cores"; it may have memory, cpus, storage/]],
  ])('%j', (document, patterns) => {
    const { given, problems } = readHardwareDocument(document);
    expect(given).toEqual({});
    for (const pattern of patterns) expect(problems.join('\n')).toMatch(pattern);
  });
});

test('W6: the JSON Schema has every key, and knows no other', () => {
  expect(hardwareSchema()).toMatchObject({
    type: 'object',
    additionalProperties: false,
    properties: {
      memory: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
      instance: { type: 'string' },
      workload: { enum: ['web', 'oltp', 'dw', 'mixed', 'desktop'] },
    },
  });
});
