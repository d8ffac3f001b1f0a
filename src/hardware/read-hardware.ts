import { readlink, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { readServerHardware } from '../pg/catalog/server-hardware.ts';
import type { Session } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';
import type { PartialProfile } from '../tuning/hardware/claim.ts';
import { mergeProfile, type MergedProfile } from '../tuning/hardware/merge.ts';
import {
  suggestedByServer,
  suggestedByService,
  toldByServer,
  type ServerHardware,
} from '../tuning/hardware/server.ts';
import { SERVICE_SIGNS } from '../tuning/hardware/service-signs.ts';
import { sizeText } from '../tuning/hardware/size.ts';
import type { ReadProbe } from '../tuning/hardware/storage-class.ts';
import { readMachine } from './machine.ts';
import { placeOf, type ServerPlace } from './place.ts';
import { lookAtStorage } from './storage.ts';

export interface HardwareQuestion {
  /** What somebody says; it counts before everything else. */
  readonly given: PartialProfile;
  /** The server that the profile is for; null for one that is going to run on this machine. */
  readonly server: { readonly session: Session; readonly target: Target } | null;
  /** Where the server's data is or will be; null for where the server says, else the current folder. */
  readonly dataDirectory: string | null;
  readonly currentFolder: string;
  /** Whether the disk may be read for a second. */
  readonly probe: boolean;
  readonly signal: AbortSignal;
  /** `/`, or a folder with `proc` and `sys` below it. */
  readonly root?: string;
}

/** A profile, and what it was made of. */
export interface Hardware extends MergedProfile {
  /** What a reader of the profile should know, in sentences. */
  readonly notes: readonly string[];
  /** Null where no server was asked. */
  readonly place: ServerPlace | null;
  readonly server: ServerHardware | null;
  /** Null where the disk was not read, or a cache has answered. */
  readonly probe: ReadProbe | null;
}

/** Puts a profile together: given, detected here, told by the server, suggested by it, assumed. */
export async function readHardware(question: HardwareQuestion): Promise<Hardware> {
  const { given, signal } = question;
  const asked = await askServer(question);
  signal.throwIfAborted();
  const service = given.managed?.value ?? null;
  const where = service !== null ? 'elsewhere' : (asked?.place.where ?? 'here');
  const seen = where === 'elsewhere' ? NOTHING : await lookHere(question, asked);
  const another = asked === null ? anotherMachine(given, seen.detected) : null;
  const looked = another === null ? seen : { ...NOTHING, notes: [another] };
  const told = asked === null ? {} : toldByServer(asked.server);
  const guesses = [
    looked.suggested,
    service === null ? {} : suggestedByService(service),
    asked === null ? {} : suggestedByServer(asked.server),
  ];
  // What is seen here is known of a server here, and of one that only may be here a guess.
  const merged =
    where === 'here'
      ? mergeProfile([given, looked.detected, told], guesses)
      : mergeProfile([given, told], [looked.detected, ...guesses]);
  return {
    ...merged,
    notes: [
      ...(asked === null ? [] : placeNotes(asked.place, given)),
      ...looked.notes,
      ...contradictions(given, where === 'here' ? looked.detected : {}, told),
    ],
    place: asked?.place ?? null,
    server: asked?.server ?? null,
    probe: looked.probe,
  };
}

interface Asked {
  readonly server: ServerHardware;
  readonly place: ServerPlace;
}

async function askServer({ server: asked }: HardwareQuestion): Promise<Asked | null> {
  if (asked === null) return null;
  const server = await readServerHardware(asked.session);
  return { server, place: await placeOf(asked.session, asked.target, server) };
}

/** What this machine shows. */
interface Looked {
  readonly detected: PartialProfile;
  readonly suggested: PartialProfile;
  readonly notes: readonly string[];
  readonly probe: ReadProbe | null;
}

const NOTHING: Looked = { detected: {}, suggested: {}, notes: [], probe: null };

async function lookHere(question: HardwareQuestion, asked: Asked | null): Promise<Looked> {
  const { root = '/', given } = question;
  const { directory, isData } = await volumeFor(question, asked);
  const machine = await readMachine(root, asked?.place.pid ?? 'self');
  const storage =
    given.storage === undefined ? await lookAtStorage({ ...question, root, directory }) : NOTHING;
  const volume = { ...storage.detected, ...(await freeSpace(directory)) };
  const note = `where the server keeps its data is not seen; storage and free space are those of ${directory}, unless --data-directory names another`;
  return isData
    ? { ...storage, detected: { ...machine, ...volume } }
    : {
        ...storage,
        detected: machine,
        suggested: { ...volume, ...storage.suggested },
        notes: [note, ...storage.notes],
      };
}

/** Whose volume counts. Without a server it is where one would be set up. */
async function volumeFor(
  { root = '/', dataDirectory, currentFolder }: HardwareQuestion,
  asked: Asked | null,
): Promise<{ readonly directory: string; readonly isData: boolean }> {
  if (dataDirectory !== null) return { directory: dataDirectory, isData: true };
  if (asked === null) return { directory: currentFolder, isData: true };
  const { pid } = asked.place;
  // A path that a server in a container tells would be another one here.
  const told = pid === null ? null : asked.server.dataDirectory;
  // A backend works in its data directory; only its user and root may look.
  const seen = pid === null ? null : await readlink(join(root, `proc/${pid}/cwd`)).catch(() => null);
  const directory = told ?? seen;
  return directory === null ? { directory: currentFolder, isData: false } : { directory, isData: true };
}

/** Of the write-ahead log's volume, which may be another than that of the data. */
async function freeSpace(directory: string): Promise<Pick<PartialProfile, 'freeBytes'>> {
  for (const folder of [join(directory, 'pg_wal'), directory]) {
    const found = await statfs(folder).catch(() => null);
    if (found !== null)
      return {
        freeBytes: { value: found.bavail * found.bsize, source: `free on the volume of ${folder}` },
      };
  }
  return {};
}

/** Where nobody says memory and cores, and they are not those of a machine that is seen. */
function placeNotes({ where, why }: ServerPlace, given: PartialProfile): string[] {
  if (where === 'here' || (given.memoryBytes !== undefined && given.cpus !== undefined)) return [];
  return [
    where === 'perhaps-here'
      ? `${why}; memory and cores are those of this machine unless --hardware says otherwise`
      : `${why}, and SQL does not tell its memory and cores: say them with --hardware`,
  ];
}

/** Without a server, somebody may well describe another machine than this: nothing that is seen here is true of it. */
function anotherMachine(given: PartialProfile, detected: PartialProfile): string | null {
  const [memory, seen] = [given.memoryBytes?.value, detected.memoryBytes?.value];
  if (memory !== undefined && seen !== undefined && memory > seen)
    return `this machine has ${sizeText(seen)} for a server, the profile is for one with ${sizeText(memory)}: nothing of this one is taken`;
  const [os, runs] = [given.os?.value, detected.os?.value];
  return os === undefined || runs === undefined || os === runs
    ? null
    : `this machine runs ${runs}, the profile is for ${os}: nothing of this one is taken`;
}

/** What is given counts, also where what is seen says otherwise; somebody should know that. */
function contradictions(given: PartialProfile, detected: PartialProfile, told: PartialProfile): string[] {
  const [memory, seen] = [given.memoryBytes?.value, detected.memoryBytes?.value];
  const notes: string[] = [];
  if (memory !== undefined && seen !== undefined && memory > seen)
    notes.push(
      `this machine has ${sizeText(seen)} for a server, the profile is for one with ${sizeText(memory)}`,
    );
  const [said, shown] = [given.managed?.value, told.managed];
  if (said != null && shown?.value != null && said !== shown.value)
    notes.push(`the profile is for ${SERVICE_SIGNS[said].title}, but ${shown.source}`);
  return notes;
}
