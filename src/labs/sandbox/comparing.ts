import type { ResolvedRelation } from '../../facts.ts';
import type { Mention } from '../../equivalence/mentions.ts';
import type { DataModel, TableModel } from '../../equivalence/model.ts';
import type { Join } from '../../equivalence/rows.ts';
import type { ParameterSet } from '../../equivalence/parameter-sets.ts';
import type { ResultForm, Strictness } from '../../equivalence/result-digest.ts';
import type { EquivalenceChecks } from '../../equivalence/verdict.ts';

export interface EquivalenceRequest {
  readonly original: string;
  /** With the same parameters. */
  readonly rewrite: string;
  /** At least one; an empty list for a statement without parameters. */
  readonly parameterSets: readonly (readonly unknown[])[];
  /** Those that both statements read, with their indexes: what makes an order total. */
  readonly relations: readonly ResolvedRelation[];
}

/** Both statements, and by what their results are compared. */
export interface Comparing {
  readonly original: string;
  readonly rewrite: string;
  readonly form: ResultForm;
  readonly strictness: Strictness;
  readonly columns: readonly string[];
  readonly parameterSets: readonly ParameterSet[];
  readonly model: DataModel;
  readonly tables: readonly TableModel[];
  readonly joins: readonly Join[];
  readonly mentions: readonly Mention[];
}

/** What the comparisons so far have come to; counted in place. */
export type Counts = { -readonly [Key in keyof EquivalenceChecks]: EquivalenceChecks[Key] };
