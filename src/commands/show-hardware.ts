import { resolve } from 'node:path';
import { EXIT, PitstopError } from '../errors.ts';
import { readGivenHardware } from '../hardware/given.ts';
import { readHardware, type Hardware } from '../hardware/read-hardware.ts';
import { withOwnSession } from '../pg/pooler.ts';
import type { Session } from '../pg/session.ts';
import { hardwareText } from '../report/hardware.ts';
import { printable } from '../report/printable.ts';
import { redact } from '../report/redact.ts';
import { wrap } from '../report/wrap.ts';
import type { PartialProfile } from '../tuning/hardware/claim.ts';
import { hardwareSchema } from '../tuning/hardware/document.ts';
import { SERVICE_SIGNS } from '../tuning/hardware/service-signs.ts';
import type { ManagedService, WorkloadKind } from '../tuning/profile.ts';
import type { OptionValues, Outside } from './command.ts';
import { openRepository, targetOf } from './project.ts';

/** Everything behind `pitstop hardware`, loaded only when it runs. */
export async function hardwareCommand(outside: Outside, options: OptionValues): Promise<number> {
  if (options['schema'] === true) {
    outside.out(`${JSON.stringify(hardwareSchema(), null, 2)}\n`);
    return EXIT.ok;
  }
  const said = await saidBy(outside, options);
  const target = targetOf(await openRepository(outside, options), options);
  const read = async (session: Session | null, proxied: boolean) => {
    const found = await readHardware({
      given: said.given,
      server: session === null || target === null ? null : { session, target },
      dataDirectory: folderOf(outside, options),
      currentFolder: outside.cwd,
      probe: options['probe'] !== false,
      signal: outside.signal,
    });
    return { ...found, notes: [...found.notes, ...(proxied ? [PROXIED] : [])] };
  };
  const found = await (target === null
    ? read(null, false)
    : withOwnSession(target, 'reader', outside.signal, read));
  const overlooked = said.unknown.map((text) => `not understood, and read over: "${text}"`);
  tell(outside, options, {
    ...found,
    notes: [...overlooked, ...found.notes, ...managedNotes(found.profile.managed.value)],
  });
  return EXIT.ok;
}

/** An address of this machine may be that of the proxy alone. */
export const PROXIED =
  'a proxy, such as a pooler in session mode, answers for the server: where the server runs is not told by the address, so describe its machine with --hardware if that is another one';

/** What the user says; `--workload` is part of that. */
export async function saidBy(
  { cwd }: Outside,
  options: OptionValues,
): Promise<{ readonly given: PartialProfile; readonly unknown: readonly string[] }> {
  const text = options['hardware'];
  const { given, unknown } =
    typeof text === 'string'
      ? await readGivenHardware(text, cwd)
      : { given: {} as PartialProfile, unknown: [] };
  const workload = options['workload'] as WorkloadKind | undefined;
  if (workload === undefined) return { given, unknown };
  if (given.workload !== undefined && given.workload.value !== workload)
    throw new PitstopError(
      'hardware-invalid',
      `--workload says ${workload}, --hardware says ${given.workload.value}`,
      { hint: 'Say it once.' },
    );
  return { given: { ...given, workload: { value: workload, source: 'given: --workload' } }, unknown };
}

export function folderOf({ cwd }: Outside, options: OptionValues): string | null {
  const folder = options['dataDirectory'];
  return typeof folder === 'string' ? resolve(cwd, folder) : null;
}

function tell(outside: Outside, options: OptionValues, found: Hardware): void {
  const { profile, guessed, notes, probe, server, place } = found;
  if (options['json'] === true) {
    const document = {
      schemaVersion: 1,
      profile,
      guessed,
      notes,
      probe,
      place: place === null ? null : { where: place.where, why: place.why },
      server,
    };
    outside.out(`${JSON.stringify(redact(document))}\n`);
    return;
  }
  outside.out(redact(hardwareText(profile, guessed, outside.color)));
  if (options['quiet'] !== true)
    for (const note of notes) outside.err(`${wrap(printable(redact(note)), 100).join('\n')}\n`);
}

/** `tune` says it in more words. */
function managedNotes(service: ManagedService | null): string[] {
  return service === null
    ? []
    : [`${SERVICE_SIGNS[service].title} refuses ALTER SYSTEM: its settings are made by means of its own`];
}
