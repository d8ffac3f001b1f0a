import { earlyCheckpoints } from './early-checkpoints.ts';
import type { CountedServer, ServerFinding, ServerFindingRule } from './finding.ts';
import { pageImages } from './page-images.ts';
import { smallBuffers } from './small-buffers.ts';
import { spills } from './spills.ts';

/** What is looked for, in the order in which it is told. A new one is one new file and its name here. */
const RULES: readonly ServerFindingRule[] = [spills, smallBuffers, earlyCheckpoints, pageImages];

/** What the counters of a server show to be configured too small. */
export function serverFindings(server: CountedServer): ServerFinding[] {
  return RULES.flatMap((rule) => rule(server) ?? []);
}
