import { namesInList } from './list-value.ts';
import type { TuningDocument, TuningForm } from './form.ts';
import { heading, oldValue, remarks } from './words.ts';
import { yamlFile } from './yaml-document.ts';

/** A patch: `kubectl patch cluster NAME --type merge --patch-file cloudnativepg.yaml`. In a merge, null takes a key away. */
export const cloudnativepg: TuningForm = {
  name: 'cloudnativepg',
  label: 'a patch of a CloudNativePG cluster',
  takenBy: 'own',
  fileName: 'cloudnativepg.yaml',
  reverseFileName: 'cloudnativepg.reverse.yaml',
  write: (document) =>
    patch(
      document,
      [
        ...heading(document),
        'kubectl patch cluster NAME --type merge --patch-file cloudnativepg.yaml',
        'The operator restarts what needs a restart, standbys first.',
      ],
      (advice) => ({ value: advice.value, comment: remarks(advice, document).join(' ') }),
    ),
  reverse: (document) =>
    patch(document, ['Takes the patch back in the same way.'], (advice) => {
      const value = oldValue(advice, document);
      return { value, comment: value === null ? 'The default of the version.' : 'The value before.' };
    }),
};

type Advice = TuningDocument['recommendation']['settings'][number];

const LIBRARIES = 'shared_preload_libraries';
const STATEMENTS = 'pg_stat_statements';

function patch(
  document: TuningDocument,
  head: readonly string[],
  entryOf: (advice: Advice) => { readonly value: string | null; readonly comment: string },
): string {
  const { settings } = document.recommendation;
  const single = settings.filter(({ name }) => name !== LIBRARIES);
  const libraries = settings.find(({ name }) => name === LIBRARIES);
  const loaded = libraries === undefined ? null : namesInList(LIBRARIES, entryOf(libraries).value ?? '');
  return yamlFile({
    head,
    value: {
      spec: {
        postgresql: {
          parameters: {
            ...Object.fromEntries(single.map((advice) => [advice.name, entryOf(advice).value])),
            // The operator loads this one where a setting of it is there, and refuses it in the list.
            ...(loaded === null
              ? {}
              : { [`${STATEMENTS}.max`]: loaded.includes(STATEMENTS) ? '5000' : null }),
          },
          ...(loaded === null ? {} : { [LIBRARIES]: loaded.filter((name) => name !== STATEMENTS) }),
        },
      },
    },
    comments: single.map((advice) => ({
      path: ['spec', 'postgresql', 'parameters', advice.name],
      text: entryOf(advice).comment,
    })),
  });
}
