import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { createTwoFilesPatch } from 'diff';
import { readConfig } from '../config.ts';
import { EXIT } from '../errors.ts';
import { loadShop, SHOP_TASK_FILE } from '../demo/seed.ts';
import { withEmbeddedServer } from '../labs/embedded/server.ts';
import { withScripts } from '../pg/script.ts';
import { parseTarget } from '../pg/target.ts';
import type { ItemReport } from '../outcome.ts';
import { runTaskFiles } from '../pipeline/run.ts';
import { progressLines, summary } from '../report/terminal.ts';
import { loadParser } from '../sql/parse.ts';
import type { OptionValues, Outside } from './command.ts';

/** What the planted problems come to when everything works: the demo checks itself. */
const EXPECTED = [
  'proven',
  'proven',
  'proven',
  'already-met',
  'awaiting-approval',
  'applied',
  'applied',
  'awaiting-approval',
  null,
];

export async function runDemo(outside: Outside, options: OptionValues): Promise<number> {
  const tell = (text: string) => {
    if (options['quiet'] !== true) outside.err(`${text}\n`);
  };
  return inFolder(outside, options, async (folder) => {
    const taskFile = join(folder, 'tasks', basename(SHOP_TASK_FILE.pathname));
    await makeFolder(join(folder, 'tasks'));
    await cp(SHOP_TASK_FILE, taskFile);
    const original = await readFile(taskFile, 'utf8');

    tell('starting PostgreSQL 18');
    const items: ItemReport[] = [];
    await withEmbeddedServer({ signal: outside.signal }, async (server) => {
      const target = parseTarget(server.url, { PGSSLMODE: 'disable' });
      tell('filling the shop');
      await withScripts(target, loadShop);
      await loadParser();
      await runTaskFiles(
        {
          runId: outside.newId(),
          version: outside.version,
          root: folder,
          config: await readConfig(folder, null),
          purpose: 'run',
          options: {
            dryRun: false,
            apply: true,
            redo: false,
            commit: false,
            push: false,
            takeOver: [],
            items: null,
          },
          target,
          embedded: true,
          declaredEnvironment: null,
          lab: null,
          // The demo shows the gate as an agent meets it.
          approving: { ask: null, approveOnly: null, actor: outside.actor, newId: outside.newId },
          env: {},
          processEnv: outside.env,
          clock: outside.clock,
          now: outside.now,
          emit: (event) => progressLines(event, outside.color).forEach(tell),
          signal: outside.signal,
        },
        [taskFile],
        items,
      );
    });

    const outcomes = items.map(({ outcome }) => outcome);
    const asExpected = JSON.stringify(outcomes) === JSON.stringify(EXPECTED);
    const name = `tasks/${basename(taskFile)}`;
    const patch = createTwoFilesPatch(
      name,
      name,
      original,
      await readFile(taskFile, 'utf8'),
      'before',
      'after',
    );
    if (options['json'] === true)
      outside.out(`${JSON.stringify({ schemaVersion: 1, asExpected, items, patch })}\n`);
    else outside.out(`\n${patch}\n${summary(items, EXIT.ok, outside.color)}`);
    if (!asExpected) outside.err(`the demo expected ${EXPECTED.join(', ')} and got ${outcomes.join(', ')}\n`);
    return asExpected ? EXIT.ok : EXIT.internal;
  });
}

async function inFolder<T>(
  outside: Outside,
  options: OptionValues,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  if (typeof options['directory'] === 'string') return use(resolve(outside.cwd, options['directory']));
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-demo-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
