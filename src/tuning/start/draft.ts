import { isSettingName, type Configuration } from './configuration.ts';
import { fitToMachine, type Needs, type Room } from './fit.ts';
import { holdBack, type Adaptation, type Overrides } from './held-back.ts';
import { readRefusals, type Refusal } from './refusals.ts';

/** A configuration on its way from what is proposed to what a server runs with, and what it lost on that way. */
export interface Draft {
  readonly proposed: Configuration;
  readonly configuration: Configuration;
  readonly refused: readonly Refusal[];
  readonly adapted: readonly Adaptation[];
}

/** What is no name at all never gets into a file. */
export function draftOf(proposed: Configuration, overrides: Overrides): Draft {
  const entries = Object.entries(proposed);
  const refused = entries
    .filter(([name]) => !isSettingName(name))
    .map(([name, value]) => nameless(name, value, `"${name}" is no name of a setting`));
  const named = Object.fromEntries(entries.filter(([name]) => isSettingName(name)));
  return { proposed, refused, ...holdBack(named, overrides) };
}

export function nameless(name: string, value: string, message: string): Refusal {
  return { name, value, kind: 'name', message, hint: null };
}

/** Without what a server refuses; null where its log names none of the settings. */
export function withdraw(draft: Draft, log: string): Draft | null {
  const refusals = readRefusals(log, draft.configuration);
  return refusals.length === 0 ? null : without(draft, refusals);
}

export function without(draft: Draft, refusals: readonly Refusal[]): Draft {
  const gone = new Set(refusals.map(({ name }) => name));
  const stays = ([name]: readonly [string, string]) => !gone.has(name);
  return {
    proposed: draft.proposed,
    configuration: Object.fromEntries(Object.entries(draft.configuration).filter(stays)),
    // As it was proposed, whatever was made of it since.
    refused: [
      ...draft.refused,
      ...refusals.map((one) => ({ ...one, value: draft.proposed[one.name] ?? one.value })),
    ],
    adapted: draft.adapted.filter(({ name }) => !gone.has(name)),
  };
}

/** With what is too large for this machine scaled. */
export function fitted(draft: Draft, needs: Needs, room: Room): Draft {
  const { configuration, adapted } = fitToMachine(draft.configuration, needs, room);
  const names = new Set(adapted.map(({ name }) => name));
  return {
    ...draft,
    configuration,
    adapted: [
      ...draft.adapted.filter(({ name }) => !names.has(name)),
      ...adapted.map((one) => ({ ...one, proposed: draft.proposed[one.name] ?? one.proposed })),
    ],
  };
}
