import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { inputFields, type InputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import { recognise, STEP_KINDS } from './registry.ts';

beforeAll(loadParser);

/** The input fields of the only item in a text. */
function inputsOf(markdown: string): InputFields {
  const { items, warnings } = parseTaskFile(markdown);
  const [only, ...others] = items;
  if (only === undefined || others.length > 0) throw new Error(`not one item: ${markdown}`);
  expect(warnings).toEqual([]);
  return inputFields(only);
}

const kindOf = (markdown: string) => {
  const recognition = recognise(inputsOf(markdown));
  return recognition.result === 'kind' ? recognition.kind.kind : recognition.result;
};

test('kinds are named once, in one word, in alphabetical order', () => {
  const kinds = STEP_KINDS.map(({ kind }) => kind);
  expect(kinds).toEqual([...new Set(kinds)].toSorted());
  for (const kind of kinds) expect(kind).toMatch(/^[a-z]+$/);
});

describe.each(STEP_KINDS.map((kind) => ({ name: kind.kind, kind })))('$name', ({ name, kind }) => {
  test('says in one sentence what it does', () => {
    expect(kind.summary).toMatch(/^[A-Z].*\.$/);
    expect(kind.summary).not.toContain('\n');
  });

  test('has an example that is an open item with an id and a title, to be pasted as it is', () => {
    expect(kind.example).toMatch(/^- \[ \] \d/);
    const [item] = parseTaskFile(`# Tasks\n\n${kind.example}\n`).items;
    expect(item).toMatchObject({ marker: ' ', known: true, ownId: true });
    expect(item?.title).not.toBe('');
    expect(item?.fields.length).toBeGreaterThan(0);
  });

  test('recognises its example, and no other kind claims it', () => {
    const inputs = inputsOf(kind.example);
    expect(STEP_KINDS.filter((other) => other.claims(inputs)).map((other) => other.kind)).toEqual([name]);
    expect(kindOf(kind.example)).toBe(name);
  });

  test('reads the fields of its example', () => {
    const read = kind.read(inputsOf(kind.example));
    if (!read.ok) throw new Error(read.problems.join('; '));
    expect(read.item.facts.length).toBeGreaterThan(0);
    expect(Object.values(read.item.subject).some((subject) => subject !== undefined)).toBe(true);
  });

  test('refuses to study without the facts that it asks for', () => {
    const read = kind.read(inputsOf(kind.example));
    if (!read.ok) throw new Error(read.problems.join('; '));
    expect(() => read.item.study({}, 5)).toThrow(`the fact ${read.item.facts[0]} was not gathered`);
  });

  test('has SQL in its example that parses', () => {
    const { queries, candidates } = inputsOf(kind.example);
    for (const sql of [...queries, ...candidates]) expect(parseStatements(sql)).toHaveLength(1);
  });

  test('is found by its name in Step, whatever else the item says', () => {
    expect(kindOf(`- [ ] 1 Title\n  - **Step**: ${name.toUpperCase()}\n`)).toBe(name);
    expect(kindOf(`- [ ] 1 Title\n  - **Step**: ${name}\n  - **Query**: \`SELECT 1\`\n`)).toBe(name);
  });
});

test('what is about a server as a whole works with older ones, what parses statements does not', () => {
  expect(Object.fromEntries(STEP_KINDS.map(({ kind, oldestServer }) => [kind, oldestServer]))).toEqual({
    config: 14,
    index: 18,
    monitoring: 14,
    pool: 14,
    query: 18,
  });
});

describe('an item of no kind', () => {
  test.each([
    '- [ ] Ask the team about lunch',
    '- [ ] 1.1 Write documentation\n  - **Priority**: high\n  - some notes',
  ])('that has nothing of ours is left alone: %s', (markdown) => {
    expect(kindOf(markdown)).toBe('not-ours');
  });

  test('with several statements is asked about', () => {
    const recognition = recognise(
      inputsOf('- [ ] 1 Slow\n  - **Query**:\n    - `SELECT 1`\n    - `SELECT 2`'),
    );
    expect(recognition).toMatchObject({
      result: 'unclear',
      question: expect.stringContaining('which of its'),
    });
  });

  test('with an unknown Step is asked about, with the kinds that there are', () => {
    const recognition = recognise(inputsOf('- [ ] 1 Slow\n  - **Step**: magic\n  - **Query**: `SELECT 1`'));
    expect(recognition.result).toBe('unclear');
    for (const { kind } of STEP_KINDS) expect(JSON.stringify(recognition)).toContain(kind);
  });
});
