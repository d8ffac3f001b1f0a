import { describe, expect, test } from 'vitest';
import {
  decideEnvironment,
  decideForTarget,
  ENVIRONMENTS,
  type EnvironmentSources,
} from './decide-environment.ts';

const SILENT: EnvironmentSources = {
  configured: null,
  marker: null,
  flag: null,
  host: 'db.example.com',
  database: 'shop',
  standbys: 0,
  embedded: false,
};

const decide = (sources: Partial<EnvironmentSources>) => decideEnvironment({ ...SILENT, ...sources });
const decided = (sources: Partial<EnvironmentSources>) => decide(sources).environment;

describe('declarations', () => {
  test('none: undeclared', () => {
    expect(decide({})).toEqual({ environment: null, reasons: ['nobody declared the environment'] });
  });

  test.each(ENVIRONMENTS)('one alone counts, whoever says %s', (environment) => {
    for (const by of ['configured', 'marker', 'flag'] as const)
      expect(decided({ [by]: environment })).toBe(environment);
  });

  // Every combination of three sources, each silent or one of four.
  const says = [null, ...ENVIRONMENTS];
  const table = says.flatMap((configured) =>
    says.flatMap((marker) => says.map((flag) => ({ configured, marker, flag }))),
  );

  test.each(table)('$configured, $marker, $flag', ({ configured, marker, flag }) => {
    const said = [configured, marker, flag].filter((environment) => environment !== null);
    const ranks = said.map((environment) => ENVIRONMENTS.indexOf(environment));
    const rising = ranks.every((rank, at) => at === 0 || rank >= (ranks[at - 1] ?? 0));
    const expected = rising ? (said.at(-1) ?? null) : 'production';
    expect(decided({ configured, marker, flag })).toBe(expected);
  });

  test('each raise and each contradiction is named', () => {
    expect(decide({ configured: 'development', marker: 'staging', flag: 'staging' }).reasons).toEqual([
      'the configuration file says development',
      'the marker in the database raises it to staging',
    ]);
    expect(decide({ marker: 'staging', flag: 'development' }).reasons).toEqual([
      'the marker in the database says staging',
      '--environment says development, a contradiction',
    ]);
  });

  test.each(['', 'prod', 'Development', 'development ', 'dev', 'qa'])(
    'the unknown marker %j is production',
    (marker) => {
      expect(decided({ marker })).toBe('production');
      expect(decided({ configured: 'development', marker })).toBe('production');
      expect(decided({ marker, flag: 'development' })).toBe('production');
    },
  );
});

describe('names', () => {
  const PRODUCTION = [
    'prod',
    'PROD',
    'shop_prod',
    'shop-prd',
    'production',
    'prod1',
    'shop.live',
    'live-shop',
    'eu-primary-1',
    'production_copy',
  ];
  const HARMLESS = [
    'livechat',
    'productive',
    'products',
    'reproduction',
    'delivery',
    'olive',
    'primaryschool',
  ];

  test.each(PRODUCTION)('the database %s is production, whatever was declared', (database) => {
    expect(decide({ configured: 'development', database })).toEqual({
      environment: 'production',
      reasons: ['the configuration file says development', `the database name ${database} says production`],
    });
  });

  test.each([...PRODUCTION.map((name) => `${name}.example.com`), 'db.prod.internal', 'db-prod-1'])(
    'the host %s is production',
    (host) => {
      expect(decided({ flag: 'test', host })).toBe('production');
    },
  );

  test.each(HARMLESS)('%s says nothing', (name) => {
    expect(decided({ flag: 'test', database: name, host: `${name}.example.com` })).toBe('test');
  });

  test('without a declaration a name declares nothing: it stays undeclared', () => {
    expect(decided({ database: 'shop_prod' })).toBeNull();
  });
});

describe('standbys', () => {
  test.each([
    [1, '1 standby is attached'],
    [2, '2 standbys are attached'],
  ])('%s', (standbys, reason) => {
    const decision = decide({ flag: 'development', standbys });
    expect(decision.environment).toBe('production');
    expect(decision.reasons.at(-1)).toBe(reason);
  });

  test('without a declaration it stays undeclared', () => {
    expect(decided({ standbys: 1 })).toBeNull();
  });
});

test('a server of our own is development, whatever else is said', () => {
  const everything = { configured: 'production', marker: 'x', flag: 'production', database: 'prod' } as const;
  expect(decided({ ...everything, standbys: 3, embedded: true })).toBe('development');
});

describe('a connected target', () => {
  const place = {
    config: {},
    declaredEnvironment: 'development',
    target: { host: 'db.example.com' },
    embedded: false,
  } as const;
  const server = { environmentMarker: null, database: 'shop', standbys: 0 };

  test('is what is declared', () => {
    expect(decideForTarget(place, server).environment).toBe('development');
  });

  test.each<[what: string, of: object, says: object]>([
    ['attached standbys', {}, { standbys: 1 }],
    ['its name', {}, { database: 'shop_prod' }],
    ['its marker', {}, { environmentMarker: 'production' }],
    ['the host', { target: { host: 'prod.example.com' } }, {}],
    ['the configuration file', { config: { environment: 'production' } }, {}],
  ])('is raised by %s', (_, of, says) => {
    expect(decideForTarget({ ...place, ...of }, { ...server, ...says }).environment).toBe('production');
  });

  test('that pitstop started itself is development', () => {
    const { environment } = decideForTarget({ ...place, embedded: true }, { ...server, standbys: 1 });
    expect(environment).toBe('development');
  });
});
