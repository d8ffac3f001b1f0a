import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chosenChecks, readMonitorOptions } from '../../src/commands/monitor-options.ts';
import { configSchema } from '../../src/config.ts';
import { CHECKS } from '../../src/monitoring/checks/index.ts';
import { monitorSettings } from '../../src/monitoring/settings.ts';

describe('how it is called', () => {
  const read = (options: Readonly<Record<string, string | boolean>>, isLive = false) =>
    readMonitorOptions(options, isLive);

  test('is once without a terminal, and again and again at one', () => {
    expect(read({})).toMatchObject({ once: true, intervalMs: null, serve: null, history: null });
    expect(read({}, true)).toMatchObject({ once: false, intervalMs: 10_000 });
    expect(read({ once: true }, true)).toMatchObject({ once: true, intervalMs: null });
  });

  test('with metrics is whenever somebody asks for them, unless there is an interval', () => {
    expect(read({ prometheus: true }, true)).toMatchObject({
      once: false,
      intervalMs: null,
      serve: { host: '127.0.0.1', port: 9_718 },
    });
    expect(read({ prometheus: true, interval: '15s' })).toMatchObject({ intervalMs: 15_000 });
  });

  test.each([
    ['1s', 1_000],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['2min', 120_000],
    [' 24 h ', 86_400_000],
  ])('an interval: %s', (interval, ms) => {
    expect(read({ interval }).intervalMs).toBe(ms);
  });

  test.each(['', '30', '0s', '0.5s', '-5s', '25h', 'soon', '5 s 3', '1e3s', 'NaNs'])(
    'no interval: %j',
    (interval) => {
      expect(() => read({ interval })).toThrow(/--interval is not a duration from 1 s to 24 h/);
    },
  );

  test.each([
    ['9300', '127.0.0.1', 9_300],
    ['0', '127.0.0.1', 0],
    ['0.0.0.0:9300', '0.0.0.0', 9_300],
    ['localhost:1', 'localhost', 1],
    ['[::1]:9300', '::1', 9_300],
    ['[::]:65535', '::', 65_535],
  ])('an address: %s', (prometheus, host, port) => {
    expect(read({ prometheus }).serve).toEqual({ host, port });
  });

  test.each([
    '',
    'here',
    ':9300',
    '::1:9300',
    '127.0.0.1',
    '127.0.0.1:',
    '1.2.3.4:65536',
    'http://a:1',
    '[x]:1',
    '9300 ',
  ])('no address: %j', (prometheus) => {
    expect(() => read({ prometheus })).toThrow(/--prometheus is not an address with a port/);
  });

  test('is not once and again', () => {
    expect(() => read({ once: true, interval: '5s' })).toThrow(/--once goes with neither/);
    expect(() => read({ once: true, prometheus: true })).toThrow(/--once goes with neither/);
  });
});

describe('the checks that are chosen', () => {
  const named = (options: Readonly<Record<string, readonly string[]>>, enabled = CHECKS) =>
    chosenChecks(CHECKS, enabled, options).map(({ name }) => name);

  test('are all, or those that are named, or those of an area, in their order', () => {
    expect(named({})).toEqual(CHECKS.map(({ name }) => name));
    expect(named({ check: ['deadlocks', 'connections-used'] }).toSorted()).toEqual([
      'connections-used',
      'deadlocks',
    ]);
    expect(named({ area: ['locks'] })).toEqual(
      CHECKS.filter(({ area }) => area === 'locks').map(({ name }) => name),
    );
  });

  test('are known, and there is one at least', () => {
    expect(() => named({ area: ['cpu'] })).toThrow('there is no area "cpu"');
    expect(() => named({ check: ['deadlock'] })).toThrow('there is no check "deadlock"');
    const others = CHECKS.filter(({ name }) => name !== 'deadlocks');
    expect(() => named({ check: ['deadlocks'] }, others)).toThrow('no check is left to look at');
    expect(() => named({}, [])).toThrow('no check is left to look at');
  });
});

describe('the configuration', () => {
  /** What is wrong with it, in the words of whoever finds it. */
  function problems(monitor: object): string {
    const parsed = configSchema.safeParse({ monitor });
    if (!parsed.success)
      return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    const read = monitorSettings(CHECKS, parsed.data.monitor);
    return read.ok ? '' : read.problems.map(({ message }) => message).join('; ');
  }

  test.each<object>([
    {},
    {
      thresholds: { 'connections-used': { warning: 60 } },
      disable: ['deadlocks'],
      raiseAfter: 5,
      clearAfter: 1,
    },
    { thresholds: { deadlocks: { warning: null, critical: 1, raiseAfter: 2 } } },
  ])('%j is in order', (monitor) => {
    expect(problems(monitor)).toBe('');
  });

  test('of the documentation is in order', async () => {
    const page = await readFile(new URL('../../docs/monitoring.md', import.meta.url), 'utf8');
    const [, yaml = ''] = /```yaml\n# pitstop\.config\.yaml\n(.*?)```/s.exec(page) ?? [];
    const { monitor } = parse(yaml) as { monitor: object };
    expect(Object.keys(monitor)).toEqual(['raiseAfter', 'thresholds', 'disable']);
    expect(problems(monitor)).toBe('');
  });

  test.each<[object, RegExp]>([
    [{ thresholds: { nothing: { warning: 1 } } }, /no check "nothing"/],
    [{ disable: ['nothing'] }, /monitor\.disable: there is no check "nothing"/],
    [{ thresholds: { deadlocks: { warning: 'high' } } }, /monitor\.thresholds\.deadlocks\.warning/],
    [{ thresholds: { deadlocks: { warn: 1 } } }, /warn/],
    [{ thresholds: { deadlocks: { warning: 9 } } }, /set both/],
    [{ thresholds: { deadlocks: 9 } }, /monitor\.thresholds\.deadlocks/],
    [{ raiseAfter: 0 }, /monitor\.raiseAfter/],
    [{ clearAfter: 1.5 }, /monitor\.clearAfter/],
    [{ interval: '5s' }, /interval/],
    [{ thresholds: [] }, /monitor\.thresholds/],
  ])('%j is not', (monitor, why) => {
    expect(problems(monitor)).toMatch(why);
  });
});
