import { z } from 'zod';
import type { HardwareProfile } from '../profile.ts';
import { settle, type Claim } from './claim.ts';
import { instanceAt } from './instances/index.ts';
import type { ParsedHardware } from './parse.ts';
import { KNOWN_UNITS, readSize } from './size.ts';

const size = z
  .union([z.int(), z.string()], { error: 'must be a number of bytes, or a text such as "16 GB"' })
  .meta({ examples: ['16 GB', 17_179_869_184] });

/** A file for `--hardware`; every key is optional. */
const schema = z
  .strictObject({
    memory: size.describe(
      'Memory that the server may use: bytes, or a number with a unit (1 GB = 1024³ bytes).',
    ),
    cpus: z.number().describe('Cores or vCPUs; a quota may be a fraction.'),
    storage: z.enum(['nvme', 'ssd', 'san', 'hdd']).describe('san is whatever is reached by network.'),
    os: z.enum(['linux', 'macos', 'windows']),
    container: z.boolean().describe('Whether the server runs in one.'),
    workload: z
      .enum(['web', 'oltp', 'dw', 'mixed', 'desktop'])
      .describe('dw is a data warehouse; desktop leaves most of the machine to others.'),
    connections: z.int().describe('Sessions that may be open at once.'),
    data: size.describe('Size of the databases.'),
    free: size.describe('Free on the volume of the write-ahead log.'),
    managed: z
      .enum(['rds', 'aurora', 'cloud-sql', 'azure', 'supabase', 'neon', 'other'])
      .describe('The service that runs the server.'),
    instance: z
      .string()
      .describe('Name of a managed instance, instead of memory, cpus and managed: db.r6g.xlarge.'),
  })
  .partial()
  .meta({ title: 'Hardware that PostgreSQL runs on' });

type Document = z.output<typeof schema>;

/** The JSON Schema of the file. */
export function hardwareSchema(): object {
  return z.toJSONSchema(schema, { io: 'input' });
}

/** Which value of a profile each key gives. */
const NAMES: Readonly<Record<Exclude<keyof Document, 'instance'>, keyof HardwareProfile>> = {
  memory: 'memoryBytes',
  cpus: 'cpus',
  storage: 'storage',
  os: 'os',
  container: 'container',
  workload: 'workload',
  connections: 'connections',
  data: 'dataBytes',
  free: 'freeBytes',
  managed: 'managed',
};

/** Reads what a file holds; all that is wrong with it comes at once. */
export function readHardwareDocument(document: unknown): ParsedHardware {
  const parsed = schema.safeParse(document ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, code, message }) => {
      const known =
        code === 'unrecognized_keys' ? `; it may have ${Object.keys(schema.shape).join(', ')}` : '';
      return `${path.join('.') || 'the file'}: ${message}${known}`;
    });
    return { given: {}, problems, unknown: [] };
  }
  const readings = Object.entries(parsed.data).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [key === 'instance' ? ofInstance(String(value)) : ofKey(key as keyof typeof NAMES, value)];
  });
  const wrong = readings.filter((reading) => typeof reading === 'string');
  const { given, problems } = settle(
    readings.flatMap((reading) => (typeof reading === 'string' ? [] : reading)),
  );
  const found = [...wrong, ...problems];
  if (found.length > 0) return { given: {}, problems: found, unknown: [] };
  return Object.keys(given).length > 0
    ? { given, problems: [], unknown: [] }
    : { given, problems: ['the file says nothing of the machine'], unknown: [] };
}

function ofKey(key: keyof typeof NAMES, value: string | number | boolean): Claim[] | string {
  const name = NAMES[key];
  const text = `${key}: ${value}`;
  if (!name.endsWith('Bytes') || typeof value !== 'string') return [{ name, value, text }];
  const bytes = readSize(value);
  return bytes === null
    ? `${key}: "${value}" is no size, write a number with ${KNOWN_UNITS}`
    : [{ name, value: bytes, text }];
}

function ofInstance(name: string): Claim[] | string {
  const found = instanceAt(name.trim(), 0);
  if (found === null || found.text !== name.trim()) return `instance: "${name}" is no name that is known`;
  if (typeof found.instance === 'string') return found.instance;
  return Object.entries(found.instance).map(([key, value]) => ({
    name: key as keyof HardwareProfile,
    value: value as Claim['value'],
    text: `instance: ${name}`,
  }));
}
