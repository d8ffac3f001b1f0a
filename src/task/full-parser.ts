import type { Root } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

const processor = unified()
  .use(remarkParse)
  // A single tilde is no strikethrough here: it would eat the markers of `[~] a [~] b`.
  .use(remarkGfm, { singleTilde: false })
  .use(remarkFrontmatter, ['yaml', 'toml'])
  .freeze();

/** The whole tree of a text, inline content included. Quadratic in the length of lists: for short texts only. */
export function parseFully(text: string): Root {
  return processor.parse(text);
}
