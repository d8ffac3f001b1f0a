import { describe, expect, test } from 'vitest';
import { configurationText, isSettingName } from './configuration.ts';

describe('a configuration file', () => {
  test('has a setting a line, whatever its value is', () => {
    const text = configurationText({ work_mem: '64MB', log_line_prefix: `%m 'x' \\ \n%p ` });
    expect(text).toBe(`work_mem = 64MB\nlog_line_prefix = '%m ''x'' \\\\ \\n%p '\n`);
  });

  test.for(['work_mem', 'pg_stat_statements.max', 'DateStyle'])('takes the name %s', (name) => {
    expect(isSettingName(name)).toBe(true);
  });

  test.for(['', 'work mem', "x = '1'\nfsync", 'include', 'Include_Dir', '1st', 'a..b', 'a.', 'a#b'])(
    'does not take %j',
    (name) => {
      expect(isSettingName(name)).toBe(false);
    },
  );
});
