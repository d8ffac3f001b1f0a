import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Node } from '@pgsql/types';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLASSED_STATEMENTS } from '../../test/fixtures/gate-statements.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { nodesNamed } from '../sql/walk.ts';
import type { StatementClass } from './classes/class.ts';
import { classify } from './classes/index.ts';
import { judge, type Verdict } from './verdict.ts';

beforeAll(loadParser);

const EVERYWHERE = ['development', 'test', 'staging', 'production'] as const;

/** Below production, and on it. */
const VERDICTS: Readonly<Record<StatementClass, readonly [Verdict, Verdict]>> = {
  read: ['allow', 'allow'],
  session: ['allow', 'allow'],
  maintenance: ['allow', 'gate'],
  additive: ['allow', 'gate'],
  data: ['allow', 'gate'],
  locking: ['gate', 'gate'],
  rewrite: ['gate', 'gate'],
  privilege: ['gate', 'gate'],
  destructive: ['gate', 'gate'],
  opaque: ['gate', 'gate'],
  refuse: ['refuse', 'refuse'],
};

describe('G2, G3, G4: each statement has its class, and each class its verdicts', () => {
  test.each(CLASSED_STATEMENTS)('$className: $sql', ({ className, sql }) => {
    const [below, on] = VERDICTS[className];
    const judged = EVERYWHERE.map((environment) => judge(sql, environment));
    expect(judged.map(({ statements }) => statements.map((statement) => statement.class))).toEqual(
      EVERYWHERE.map(() => [className]),
    );
    expect(judged.map(({ verdict }) => verdict)).toEqual([below, below, below, on]);
    for (const { statements } of judged)
      for (const { reasons } of statements) expect(reasons.length).toBeGreaterThan(0);
  });
});

/** The declarations of the parser's tree. */
const DECLARATIONS = createRequire(import.meta.url).resolve('@pgsql/types');
const declarations = (file: string) => readFileSync(new URL(file, `file://${DECLARATIONS}`), 'utf8');

describe('nothing of the grammar is left out', () => {
  /** Made by the server from other sub-commands. */
  const INTERNAL = [
    'AT_AddColumnToView',
    'AT_CookedColumnDefault',
    'AT_AddIndex',
    'AT_ReAddIndex',
    'AT_ReAddConstraint',
    'AT_ReAddDomainConstraint',
    'AT_AddIndexConstraint',
    'AT_ReAddComment',
    'AT_ReplaceRelOptions',
    'AT_ReAddStatistics',
  ];

  test('each sub-command of ALTER TABLE is listed above, or is internal', () => {
    const all = /type AlterTableType = (.*);/.exec(declarations('enums.d.ts'))?.[1]?.match(/AT_\w+/g) ?? [];
    const used = new Set(
      CLASSED_STATEMENTS.flatMap(({ sql }) => parseStatements(sql)).flatMap(({ tree }) =>
        nodesNamed(tree, 'AlterTableCmd').map(({ subtype }) => subtype),
      ),
    );
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter((subtype) => !used.has(subtype as never)).toSorted()).toEqual(INTERNAL.toSorted());
  });

  test.each([...INTERNAL, 'AT_FromTheFuture'])('%s is opaque', (subtype) => {
    const tree = { AlterTableStmt: { cmds: [{ AlterTableCmd: { subtype } }] } } as unknown as Node;
    expect(classify(tree, { sql: '', depth: 0, isHarmless: () => false, classify }).class).toBe('opaque');
  });

  test('each statement of the grammar is listed above', () => {
    const all = declarations('types.d.ts').match(/(?<=interface )\w+Stmt\b/g) ?? [];
    const used = new Set(
      CLASSED_STATEMENTS.flatMap(({ sql }) => parseStatements(sql)).flatMap(({ tree }) =>
        [...JSON.stringify(tree).matchAll(/"(\w+Stmt)":/g)].map(([, tag]) => tag),
      ),
    );
    const unreachable = ['PLAssignStmt', 'RawStmt', 'SetOperationStmt'];
    expect(all.length).toBeGreaterThan(110);
    expect(all.filter((tag) => !used.has(tag)).toSorted()).toEqual(unreachable);
  });

  test('a statement and a node that are not known are opaque', () => {
    const place = { sql: '', depth: 0, isHarmless: () => false, classify };
    expect(classify({ RepackStmt: {} } as unknown as Node, place).class).toBe('opaque');
    const strange = { SelectStmt: { targetList: [{ ResTarget: { val: { Novelty: {} } } }] } };
    expect(classify(strange as unknown as Node, place).class).toBe('opaque');
  });
});
