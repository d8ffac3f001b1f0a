import { Document, isMap, isScalar, type Node } from 'yaml';

/** Values, and comments for the places that they are for. */
export interface CommentedYaml {
  readonly head: readonly string[];
  readonly value: unknown;
  /** By the path of keys and positions, a comment that stands before it. */
  readonly comments: readonly { readonly path: readonly (string | number)[]; readonly text: string }[];
}

/**
 * A YAML file with comments. All strings are quoted: which of them are something else without quotes depends on who reads,
 * and `kubectl` reads `on` and `off` as YAML 1.1 does, as true and false.
 */
export function yamlFile({ head, value, comments }: CommentedYaml): string {
  const document = new Document(value);
  for (const { path, text } of comments) {
    const place = placeOf(document, path);
    if (place !== null) place.commentBefore = ` ${text}`;
  }
  document.commentBefore = head.map((text) => ` ${text}`).join('\n');
  return document.toString({ lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
}

/** In a map the comment belongs to the key. */
function placeOf(document: Document, path: readonly (string | number)[]): Node | null {
  const parent = document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
    return isScalar(pair?.key) ? pair.key : null;
  }
  const node = document.getIn(path, true);
  return isScalar(node) ? node : null;
}
