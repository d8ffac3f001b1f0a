import type { Mention } from '../mentions.ts';
import type { ColumnModel, DataModel, TableModel } from '../model.ts';
import type { Material } from '../rows.ts';

/** What states of data are made from. */
export interface Scene extends Material {
  readonly model: DataModel;
  /** Of its tables, those that the statements read. */
  readonly tables: readonly TableModel[];
  readonly mentions: readonly Mention[];
  /** The given parameter values as text; lists and objects are left out. */
  readonly parameterSets: readonly (readonly (string | null)[])[];
}

/** A state that the data could be in: what makes it from the sample. */
export interface DataState {
  /** For people: `shop.orders.note is NULL in some rows`. */
  readonly name: string;
  /** Each may fail, where the database would not let the data be so; then it goes without. */
  readonly statements: readonly string[];
  /** Parameters that are compared with this column are tried with more values. */
  readonly column: ColumnModel | null;
}

/** One way in which data that is innocent today may differ tomorrow. */
export interface Mutation {
  readonly name: string;
  readonly states: (scene: Scene) => readonly DataState[];
}
