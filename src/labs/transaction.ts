import { readOnly, readOnlySavepoint } from '../pg/execute.ts';
import type { Session } from '../pg/session.ts';
import { attemptIn, unhostedInTransaction } from './attempt.ts';
import { measureBaseline } from './baseline.ts';
import type { CompareSettings } from './compare.ts';
import type { Lab } from './lab.ts';
import type { LabLimits } from './limits.ts';
import { patiently } from './patience.ts';
import { sidesMeasurer, type Side } from './sides.ts';

export interface TransactionLabSettings extends Omit<CompareSettings, 'cutoffMs'> {
  readonly limits: LabLimits;
}

/**
 * Tries a change inside a transaction that is rolled back. `builder` makes the change and measures with it, `reader`
 * does not see it and measures without it, in turns: nothing is dropped, toggled or rebuilt.
 *
 * What survives the rollback: `reltuples` and `relpages` of the table, which PostgreSQL writes in place.
 */
export function transactionLab(
  name: string,
  { builder, reader }: { readonly builder: Session; readonly reader: Session },
  settings: TransactionLabSettings,
): Lab {
  const { limits, series, where } = settings;
  const { cutoffMs } = limits;
  const measure = sidesMeasurer({ ...settings, cutoffMs });
  const without: Side = {
    session: reader,
    isolate: (timeoutMs, session) => (work) => readOnly(reader, timeoutMs, work, session),
  };
  // In the builder's open transaction, where the change has been made.
  const withChange: Side = {
    session: builder,
    isolate: (timeoutMs, session) => (work) => readOnlySavepoint(builder, timeoutMs, work, session),
  };

  return {
    name,
    unhosted: (proposal) => unhostedInTransaction(name, proposal),

    baseline: (probe) => measureBaseline(reader, probe, { cutoffMs, series, where }),

    trial: (proposal, probe, meaning) =>
      patiently(reader, proposal, limits, series, () =>
        attemptIn(builder, proposal, limits, series.clock, (made) =>
          measure({ without, with: withChange, proposal, probe, meaning, made }),
        ),
      ),
  };
}
