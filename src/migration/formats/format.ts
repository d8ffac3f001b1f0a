import type { SqlStep } from '../../change.ts';

/** A file of the repository: its path from the root, and the text that it gets; null removes it. */
export interface FileText<Text extends string | null = string> {
  readonly path: string;
  readonly text: Text;
}

/** SQL that is applied as a whole, with the files that hold it and undo it. */
export interface Migration {
  /** Of the format that wrote it. */
  readonly format: string;
  /** As the ledger knows it; unique in its folder. */
  readonly name: string;
  readonly steps: readonly SqlStep[];
  /** Its own files; what it shares with other migrations (a journal) is none of them. */
  readonly files: readonly FileText[];
  /** The file that applies it. */
  readonly upPath: string;
  /** The text of that file. */
  readonly upText: string;
  /** The file that undoes it, often the same one; null where the tool has no way back. */
  readonly downPath: string | null;
  /** The tool cannot run it: a person does. */
  readonly byHand: boolean;
  /** What a person has to know in order to apply it; null where the tool's command is enough. */
  readonly note: string | null;
}

/** What the header of a migration file says. */
export interface MigrationOrigin {
  readonly taskFile: string;
  readonly itemId: string;
  readonly itemTitle: string;
  readonly reason: string;
}

/** A migration before a format gives it a name and files. */
export interface MigrationDraft {
  /** A word for the file name. */
  readonly slug: string;
  /** Those that may run in a transaction together; else a single one. */
  readonly steps: readonly SqlStep[];
  readonly origin: MigrationOrigin;
  /** Each draft of a change is a second later than the one before. */
  readonly time: Date;
  /** The name that an earlier run gave it, where its files still wait and may be written anew. */
  readonly keptName: string | null;
}

/** A tool's folder as it is before anything is written. */
export interface MigrationFolder {
  /** From the repository's root. */
  readonly path: string;
  /** Everything below it, with `/`, relative to it. */
  readonly paths: readonly string[];
  /** Texts of the files that the format asked for, by the same paths. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What a folder loses when migrations are taken back. */
interface Withdrawal {
  /** Names of the migrations whose files may go; others have come to depend on the rest. */
  readonly names: ReadonlySet<string>;
  /** Shared files without them. */
  readonly shared: readonly FileText<string | null>[];
}

/** How a tool wants its migrations written. Pure: drafts and what is there in, files out. */
export interface MigrationFormat {
  /** In the configuration. */
  readonly name: string;
  /** Who applies the files; null where nobody but pitstop, or a person, does. */
  readonly tool: MigrationTool | null;
  /** Where the tool looks when nobody configures another folder. */
  readonly folder: string;
  /** Text in a statement that the tool would take for an instruction of its own; null where there is none. */
  readonly directive: RegExp | null;
  /** Which files below the folder have to be read first. */
  reads?(paths: readonly string[]): readonly string[];
  write(drafts: readonly MigrationDraft[], folder: MigrationFolder): Migration[];
  /** The shared files with these migrations entered. */
  register?(migrations: readonly Migration[], folder: MigrationFolder, now: Date): FileText[];
  /** Without it every migration may go, and nothing is shared. */
  withdraw?(names: readonly string[], folder: MigrationFolder): Withdrawal;
}

export interface MigrationTool {
  /** As people call it. */
  readonly label: string;
  /** What applies the files of a folder. */
  command(folder: string): string;
}
