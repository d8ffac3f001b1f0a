import { majorOf } from '../server.ts';
import type { TuningDocument, TuningForm } from './form.ts';
import { commentLines, heading, oldValue, remarks, sharedMemoryBytes } from './words.ts';

/** What the command line says wins over files and `ALTER SYSTEM`. */
export const docker: TuningForm = {
  name: 'docker',
  label: 'arguments of docker run',
  takenBy: 'own',
  fileName: 'docker-run.sh',
  reverseFileName: 'docker-run.reverse.sh',
  write: (document) =>
    command(document, {
      comments: [
        ...heading(document),
        'Give the options of docker run, such as -d, -e and -v, as arguments. The command line wins over files.',
        ...document.recommendation.settings.map(
          (advice) => `${advice.name} = ${advice.value}: ${remarks(advice, document).join(' ')}`,
        ),
      ],
      settings: document.recommendation.settings,
    }),
  reverse: (document) =>
    command(document, {
      comments: ['Takes the arguments back: only what somebody had set is left.'],
      settings: settingsBefore(document),
    }),
};

/** Settings that somebody had made, with their values before. */
export function settingsBefore(document: TuningDocument): readonly { name: string; value: string }[] {
  return document.recommendation.settings.flatMap((advice) => {
    const value = oldValue(advice, document);
    return value === null ? [] : [{ name: advice.name, value }];
  });
}

interface Command {
  readonly comments: readonly string[];
  readonly settings: readonly { readonly name: string; readonly value: string }[];
}

function command(document: TuningDocument, { comments, settings }: Command): string {
  const shmSize = `--shm-size=${sharedMemoryBytes(document)}`;
  const start = `docker run ${shmSize} "$@" postgres:${majorOf(document.server)}`;
  const lines = [start, ...settings.map(({ name, value }) => `  -c ${shellWord(`${name}=${value}`)}`)];
  return `#!/bin/sh\n${commentLines('#', comments)}${lines.join(' \\\n')}\n`;
}

/** A word as any POSIX shell reads it. */
function shellWord(text: string): string {
  return /^[\w.=:/,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
