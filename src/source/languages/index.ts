import type { Language } from '../language.ts';
import { csharp } from './csharp.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import { kotlin } from './kotlin.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';

/** The languages by file extension. */
const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ...['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'].map((name) => [name, javascript] as const),
  ...['py', 'pyi'].map((name) => [name, python] as const),
  ['go', go],
  ['java', java],
  ...['kt', 'kts'].map((name) => [name, kotlin] as const),
  ['cs', csharp],
  ...['rb', 'rake'].map((name) => [name, ruby] as const),
  ['php', php],
  ['rs', rust],
]);

/** The extensions of the files that statements can be found in, without the dot. */
export const SOURCE_EXTENSIONS: readonly string[] = ['sql', ...LANGUAGES.keys()];

/** The language of an extension without its dot, in lower case. */
export function languageOf(extension: string): Language | null {
  return LANGUAGES.get(extension) ?? null;
}
