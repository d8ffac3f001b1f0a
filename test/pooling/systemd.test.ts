import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bouncerFiles } from '../../src/pooling/pgbouncer/files.ts';
import { bouncerSizes } from '../../src/pooling/pgbouncer/sizes.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { bouncerPlan } from '../support/bouncer.ts';

const TARGET = parseTarget('postgres://app@db.example.com/shop', {});
/** As the package has it, whose unit is added to; the program is one that is there. */
const PACKAGE = '[Service]\nType=notify\nExecStart=/bin/true\n';

function unitOf(processes: number, name: string): string {
  const sizes = bouncerSizes({ poolSize: 8, limit: 90, roles: 2, clients: 2_000, processes });
  const plan = bouncerPlan(TARGET, {
    sizes,
    folders: { config: '/etc/pgbouncer', run: '/run/pgbouncer', log: '/var/log' },
  });
  const text = bouncerFiles(plan).find((file) => file.name === name)?.text;
  if (text === undefined) throw new Error(`there is no ${name}`);
  return text;
}

describe('the limit of files is the sum that stands above it:', () => {
  test.each([
    [1, 'pgbouncer.service.conf', 2_400 + (4 + 2) * 3 + 100],
    [2, 'pgbouncer@.service', 1_095 + (2 + 1) * 3 + 100],
  ])('%s', (processes, name, sum) => {
    const [, formula, limit] =
      /process(?:es)?: (.*)\nLimitNOFILE=(\d+)\n/.exec(unitOf(processes, name)) ?? [];
    expect(Number(limit)).toBe(sum);
    const numbers = [...(formula ?? '').matchAll(/\d+/g)].map(([number]) => Number(number));
    const [clients = 0, pool = 0, reserve = 0, roles = 0, one = 0, others = 0] = numbers;
    expect(clients + (pool + reserve) * (roles + one) + others).toBe(sum);
  });
});

describe.skipIf(!isInstalled())('systemd has no word against', () => {
  test('the addition to the unit of one process', async () => {
    const said = await verified('pgbouncer.service', {
      'pgbouncer.service': PACKAGE,
      'pgbouncer.service.d/limits.conf': unitOf(1, 'pgbouncer.service.conf'),
    });
    expect(said).toBe('');
  });

  test('the unit of several processes', async () => {
    const unit = unitOf(2, 'pgbouncer@.service').replace('/usr/sbin/pgbouncer', '/bin/true');
    expect(await verified('pgbouncer@2.service', { 'pgbouncer@.service': unit })).toBe('');
  });

  test('what it would have something against is seen here', async () => {
    expect(
      await verified('pgbouncer.service', { 'pgbouncer.service': `${PACKAGE}LimitNoFile=1\n` }),
    ).toContain('LimitNoFile');
  });
});

/** What it says of a unit in a folder of these files. */
async function verified(unit: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-units-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const env = { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` };
  return execFileSync('sh', ['-c', 'systemd-analyze verify "$0" 2>&1 || true', unit], {
    env,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => line.includes('pgbouncer'))
    .join('\n');
}

function isInstalled(): boolean {
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
