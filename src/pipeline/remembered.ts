import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What a later run needs of an evidence file; the rest is for reviewers. */
const remembered = z.object({
  schemaVersion: z.literal(1),
  outcome: z.string(),
  reason: z.object({ code: z.string(), message: z.string() }),
  basis: z.string().nullable(),
  /** Hash of each value that the runner wrote into the task file, by field. */
  fields: z.record(z.string(), z.string()),
  request: z.string().nullable(),
  migrations: z.array(z.object({ up: z.string(), down: z.string(), statements: z.array(z.string()) })),
});

export type RememberedEvidence = z.output<typeof remembered>;

/** The evidence of an earlier run, or null where there is none that can be read. */
export async function readEvidence(root: string, path: string): Promise<RememberedEvidence | null> {
  let text: string;
  try {
    text = await readFile(join(root, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const parsed = remembered.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
