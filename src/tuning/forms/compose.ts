import { settingsBefore } from './docker.ts';
import type { TuningDocument, TuningForm } from './form.ts';
import { heading, remarks, sharedMemoryBytes } from './words.ts';
import { yamlFile } from './yaml-document.ts';

/** A file to lay over one's own with `docker compose -f compose.yaml -f compose.postgres.yaml`. */
export const compose: TuningForm = {
  name: 'compose',
  label: 'a service of Docker Compose',
  takenBy: 'own',
  fileName: 'compose.postgres.yaml',
  reverseFileName: 'compose.postgres.reverse.yaml',
  write: (document) => {
    const { settings } = document.recommendation;
    return service(
      document,
      [
        ...heading(document),
        'Give the service the name that it has with you. The command line wins over files.',
      ],
      settings.map((advice) => ({ ...advice, comment: remarks(advice, document).join(' ') })),
    );
  },
  reverse: (document) =>
    service(
      document,
      ['Takes the settings back: only what somebody had set is left.'],
      settingsBefore(document).map((setting) => ({ ...setting, comment: 'The value before.' })),
    ),
};

interface Argument {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

function service(document: TuningDocument, head: readonly string[], settings: readonly Argument[]): string {
  return yamlFile({
    head,
    value: {
      services: {
        postgres: {
          shm_size: sharedMemoryBytes(document),
          // Compose would put a variable in the place of a dollar.
          command: [
            'postgres',
            ...settings.flatMap(({ name, value }) => ['-c', `${name}=${value}`.replaceAll('$', '$$$$')]),
          ],
        },
      },
    },
    comments: [
      {
        path: ['services', 'postgres', 'shm_size'],
        text: 'Parallel workers share memory in /dev/shm, of which Docker gives 64 MB.',
      },
      ...settings.map(({ comment }, at) => ({
        path: ['services', 'postgres', 'command', 1 + 2 * at],
        text: comment,
      })),
    ],
  });
}
