import type { FileText, Migration, MigrationDraft } from './format.ts';

/** One file that applies it, and undoes it too where the tool has a way back. */
export function single(
  format: string,
  name: string,
  { steps }: MigrationDraft,
  file: FileText,
  { hasDown }: { readonly hasDown: boolean },
): Migration {
  return {
    format,
    name,
    steps,
    files: [file],
    upPath: file.path,
    upText: file.text,
    downPath: hasDown ? file.path : null,
    byHand: false,
    note: null,
  };
}
