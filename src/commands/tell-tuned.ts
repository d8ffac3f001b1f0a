import type { Hardware } from '../hardware/read-hardware.ts';
import type { ConfigurationProof } from '../pipeline/prove-configuration.ts';
import { comparisonLines, measuredSentences, startLines } from '../report/configuration.ts';
import { printable } from '../report/printable.ts';
import { redact } from '../report/redact.ts';
import { recommendationLines } from '../report/tuning.ts';
import { wrap } from '../report/wrap.ts';
import type { SettledConfiguration } from '../tuning/evidence/settle.ts';
import type { TuningForm } from '../tuning/forms/form.ts';
import { profileOf } from '../tuning/profile.ts';
import type { Recommendation } from '../tuning/recommend.ts';
import type { TuningServer } from '../tuning/server.ts';
import type { OptionValues, Outside } from './command.ts';
import { writeTuned, type TunedFiles } from './tuned-files.ts';

/** A recommendation, and what became of it. */
export interface Tuned {
  readonly hardware: Hardware;
  readonly server: TuningServer;
  readonly recommendation: Recommendation;
  /** Null where nothing is to be changed. */
  readonly proof: ConfigurationProof | null;
  readonly settled: SettledConfiguration;
  readonly notes: readonly string[];
}

/** Hands the settings out in a form: on standard output, in files, or within a document; remarks go beside. */
export async function tellTuned(
  outside: Outside,
  options: OptionValues,
  { form, files }: { readonly form: TuningForm; readonly files: TunedFiles | null },
  tuned: Tuned,
): Promise<void> {
  const { hardware, server, proof, settled } = tuned;
  const comparison = proof?.comparison ?? null;
  const document = {
    profile: profileOf(hardware.profile),
    server,
    recommendation: { ...tuned.recommendation, settings: settled.settings },
    measured: comparison === null ? new Map<string, string>() : measuredSentences(comparison),
  };
  const texts = { text: form.write(document), reverse: form.reverse(document) };
  if (files !== null) await writeTuned(files, texts);
  const written = files === null ? [] : [files.file, files.reverse];
  for (const line of [...remarksOn(tuned), ...written.map((file) => `written: ${file}`)])
    remark(outside, options, line);
  if (options['json'] === true) {
    const told = { ...documentOf(tuned), format: form.name, ...texts, files: written };
    outside.out(`${JSON.stringify(redact(told))}\n`);
  } else if (files === null) outside.out(texts.text);
}

/** A line for people, beside the answer. */
export function remark(outside: Outside, options: OptionValues, line: string): void {
  if (options['quiet'] === true) return;
  outside.err(`${wrap(printable(redact(line)), 100, '', '  ').join('\n')}\n`);
}

function remarksOn({ recommendation, proof, settled, notes }: Tuned): string[] {
  const comparison = proof?.comparison ?? null;
  return [
    ...(settled.settings.length === 0 ? ['nothing is to be changed'] : []),
    ...recommendationLines(recommendation),
    ...settled.leftOut.map(({ name, why }) => `left out: ${name}: ${why}`),
    ...(proof === null ? [] : startLines(proof.start)),
    ...(comparison === null ? [] : comparisonLines(comparison)),
    ...notes,
  ];
}

function documentOf({ hardware, server, recommendation, proof, settled, notes }: Tuned) {
  return {
    schemaVersion: 1,
    profile: hardware.profile,
    server: { versionNumber: server.versionNumber, asked: !server.offline },
    settings: settled.settings,
    leftOut: settled.leftOut,
    refused: recommendation.refused,
    memory: recommendation.memory,
    notes: [...recommendation.notes, ...notes.map((text) => ({ about: null, text }))],
    start: proof?.start ?? null,
    comparison: proof?.comparison ?? null,
  };
}
