import { readCountedServer } from '../pg/catalog/counted-server.ts';
import { readServerTraits } from '../pg/catalog/traits.ts';
import { readPoolSource } from '../pg/pool-source.ts';
import { readTuningServer } from '../pg/catalog/tuning-server.ts';
import type { FactName, FactSheet, StepItem } from '../steps/step.ts';
import { readConfigured } from './configured.ts';
import type { RunContext } from './context.ts';
import { readItemHardware } from './hardware.ts';

/** What is known of a server as a whole, by the name under which a step kind asks for it. */
const READERS: {
  readonly [Name in FactName]?: (run: RunContext, step: StepItem) => Promise<FactSheet[Name]>;
} = {
  bouncerWishes: ({ config }) => Promise.resolve(config.pgbouncer),
  configured: readConfigured,
  counted: ({ reader }) => readCountedServer(reader),
  extensions: async ({ reader }) => (await readServerTraits(reader)).extensions,
  hardware: (run, { subject }) => readItemHardware(run, subject.hardware ?? { field: null, title: '' }),
  poolSource: () => readPoolSource(),
  tuning: ({ reader }) => readTuningServer(reader),
  tuningForms: ({ config }) => Promise.resolve(config.settingsForms),
};

/** Gathers what the kind asked for of the server as a whole. */
export async function gatherServerFacts(run: RunContext, step: StepItem): Promise<Partial<FactSheet>> {
  const facts: [FactName, unknown][] = [];
  for (const name of step.facts) {
    const read = READERS[name];
    if (read !== undefined) facts.push([name, await read(run, step)]);
  }
  return Object.fromEntries(facts) as Partial<FactSheet>;
}
