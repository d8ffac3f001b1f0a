import type { Nodes } from 'mdast';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtures } from '../../test/fixtures/task-files/index.ts';
import type { Block, Top } from './block.ts';
import { parseFully } from './full-parser.ts';
import { scanTops } from './tops.ts';

const NAMES: Record<Block['type'], string> = {
  item: 'listItem',
  quote: 'blockquote',
  paragraph: 'paragraph',
  heading: 'heading',
  fence: 'code',
  code: 'code',
  html: 'html',
  rule: 'thematicBreak',
  matter: 'yaml',
};

function ours(tops: readonly Top[]): readonly string[] {
  const list = (block: Block, top: Top, depth: number): readonly string[] => [
    describeNode(
      block.table ? 'table' : NAMES[block.type],
      depth,
      block.line + top.line + 1,
      block.start + top.offset,
    ),
    ...block.children.flatMap((child) => list(child, top, depth + 1)),
  ];
  return tops.flatMap((top) => list(top.block, top, 0));
}

function theirs(text: string): readonly string[] {
  const list = (node: Nodes, depth: number): readonly string[] => {
    if (node.type === 'definition') return [];
    if (node.type === 'root' || node.type === 'list')
      return node.children.flatMap((child) => list(child, depth));
    const start = node.position!.start;
    const self = describeNode(node.type, depth, start.line, start.offset!);
    if (node.type !== 'listItem' && node.type !== 'blockquote') return [self];
    return [self, ...node.children.flatMap((child) => list(child, depth + 1))];
  };
  return list(parseFully(text), 0);
}

/** The offset of entries only: a paragraph of GFM begins after its box. */
function describeNode(type: string, depth: number, line: number, offset: number): string {
  return `${'  '.repeat(depth)}${type} in line ${line}${type === 'listItem' ? ` at ${offset}` : ''}`;
}

const prefix = fc.constantFrom(
  '',
  '',
  '',
  '- ',
  '* ',
  '+ ',
  '1. ',
  '2) ',
  '  ',
  '   ',
  '  - ',
  '  * ',
  '   1. ',
  '> ',
  '>',
);
const content = fc.constantFrom(
  '',
  '',
  'text',
  '[ ] task',
  '[x] 1.1 done',
  '**Query**: `SELECT 1`',
  '# Heading',
  '```sql',
  '```',
  '~~~',
  '---',
  '===',
  '<!--',
  '-->',
  '<div>',
  '</div>',
  '<details>',
  '| a | b |',
  '| - | - |',
  '`',
  '`a | b`',
  '***',
  'a\\',
  '[a]: /url',
);
const documents = fc
  .array(
    fc.tuple(prefix, content).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 14 },
  )
  .map((lines) => lines.join('\n'))
  .filter((text) => !text.startsWith('---') && !text.includes(']: /url\n=') && !text.includes(']: /url\n-'));

describe('scanTops', () => {
  test.each(fixtures())('finds the blocks that the full parser finds: $name', ({ text }) => {
    const definitions = /^\[[^\]]+\]: https.*(?:\r\n|\r|\n)(?:\[[^\]]+\]: .*(?:\r\n|\r|\n)?)*/m;
    const plain = text.replace(definitions, '');
    expect(ours(scanTops(plain, null).tops)).toEqual(theirs(plain));
  });

  test('finds the blocks that the full parser finds in generated documents', () => {
    fc.assert(
      fc.property(documents, (text) => {
        const plain = text.replaceAll('[a]: /url', 'a');
        expect(ours(scanTops(plain, null).tops)).toEqual(theirs(plain));
      }),
      { numRuns: 3000 },
    );
  });

  test('gives the same for a changed text, whether or not it knows the earlier one', () => {
    fc.assert(
      fc.property(
        documents,
        documents,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('\n', '\r\n'),
        (a, b, from, length, eol) => {
          const before = a.replaceAll('\n', eol);
          const start = from % (before.length + 1);
          const end = Math.min(before.length, start + (length % 20));
          const after = before.slice(0, start) + b + before.slice(end);
          const fresh = scanTops(after, null).tops;
          expect(scanTops(after, scanTops(before, null)).tops).toEqual(fresh);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a front matter that appears, grows or goes away is seen', () => {
    const texts = [
      '---\na: 1\n',
      '---\na: 1\n---\n- [ ] x\n',
      '---\na: 1\nb: 2\n---\n- [ ] x\n',
      '- [ ] x\n',
      '--\na: 1\n---\n- [ ] x\n',
    ];
    for (const before of texts) {
      for (const after of texts) {
        expect(scanTops(after, scanTops(before, null)).tops).toEqual(scanTops(after, null).tops);
      }
    }
  });
});
