import { PitstopError } from '../errors.ts';
import { readGivenHardware } from '../hardware/given.ts';
import { readHardware } from '../hardware/read-hardware.ts';
import { Blocked } from '../outcome.ts';
import type { Subject } from '../steps/step.ts';
import type { PartialProfile } from '../tuning/hardware/claim.ts';
import type { MergedProfile } from '../tuning/hardware/merge.ts';
import { parseHardware } from '../tuning/hardware/parse.ts';
import type { RunContext } from './context.ts';
import { resolveInside } from './inside.ts';

type StatedHardware = NonNullable<Subject['hardware']>;

/** The machine of the target: as the item describes it, else as far as it can be seen from here. */
export async function readItemHardware(run: RunContext, stated: StatedHardware): Promise<MergedProfile> {
  return readHardware({
    given: await readStated(run, stated),
    server: { session: run.reader, target: run.target },
    dataDirectory: null,
    currentFolder: run.root,
    probe: run.conduct !== null,
    signal: run.signal,
  });
}

/** @throws Blocked where the field says what cannot be, or what nobody understands */
async function readStated(run: RunContext, { field, title }: StatedHardware): Promise<PartialProfile> {
  if (field === null) {
    // Words of a title that are no hardware are only words.
    const { given, problems } = parseHardware(title);
    return problems.length === 0 ? given : {};
  }
  const { given, unknown } = await readField(run, field);
  if (unknown.length > 0)
    throw unreadable(`what do ${unknown.map((word) => JSON.stringify(word)).join(', ')} in Hardware mean?`);
  return given;
}

async function readField(run: RunContext, field: string) {
  const isFile = /\.(?:ya?ml|json)$/i.test(field.trim());
  try {
    if (!isFile) {
      const { given, problems, unknown } = parseHardware(field);
      if (problems.length > 0) throw unreadable(`Hardware: ${problems.join('; ')}`);
      return { given, unknown };
    }
    return await readGivenHardware(await inside(run.root, field.trim()), run.root);
  } catch (error) {
    if (error instanceof PitstopError) throw unreadable(error.message);
    throw error;
  }
}

/** A task file may name a file of its repository, and no other. */
async function inside(root: string, path: string): Promise<string> {
  const file = await resolveInside(root, path);
  if (file !== null) return file;
  throw unreadable(`${path} cannot be read; which file of the repository describes the machine?`);
}

function unreadable(message: string): Blocked {
  return new Blocked('needs-information', 'hardware-invalid', message);
}
