/** What an answer may pull to make a statement fast. */
export const LEVERS = ['index', 'rewrite', 'setting', 'statistics', 'vacuum'] as const;
export type Lever = (typeof LEVERS)[number];
/** The levers of an answer, in the order of `LEVERS`; `none` where nothing is changed or proposed. */
type Kind = Lever | `${Lever}+${Lever}` | 'none';

type Sort =
  | 'index'
  | 'rewrite'
  | 'index and rewrite'
  | 'other lever'
  | 'write'
  | 'parameters'
  | 'honest no'
  | 'candidate'
  | 'limit'
  | 'innocent data';

type Outcome =
  | 'proven'
  | 'applied'
  | 'already-met'
  | 'handed-over'
  | 'no-gain'
  | 'needs-information'
  | 'refused'
  | 'awaiting-approval';

type ParameterSets = readonly (readonly unknown[])[];

/** A slow statement in a database of its own, and how its item has to end. Everything in it is the same in every run. */
export interface Problem {
  readonly name: string;
  readonly sort: Sort;
  /** Server settings of the database, as somebody left them there. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A script that makes the tables, in the schema `app`. */
  readonly setup: string;
  /** Statements that run one by one after it: what leaves statistics and visibility as they are. */
  readonly settle?: readonly string[];
  /** With `$n` where it has parameters. */
  readonly query: string;
  readonly params?: ParameterSets;
  /** The item's fields for the two, where it writes its placeholders otherwise. */
  readonly asWritten?: { readonly query: string; readonly params: readonly string[] };
  /** Further lines of the item, such as `**Target**: < 5 ms`. */
  readonly fields?: readonly string[];
  /** Whether the order of the rows is part of the result. */
  readonly ordered?: boolean;
  /** Null where nothing is to be gained, or nothing that the item allows. */
  readonly reference: Remedy | null;
  readonly expect: Expectation;
}

/** What an expert would do, by hand. */
export interface Remedy {
  /** Statements that change the database. */
  readonly sql?: readonly string[];
  /** The statement instead of the query. */
  readonly rewrite?: string;
  /** For the session that runs it. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The share of the query's time that it saves at least; 0.5 where nothing is said. */
  readonly saves?: number;
}

interface Expectation {
  readonly outcomes: readonly Outcome[];
  readonly kinds: readonly Kind[];
  /** The acceptable reasons of an honest no; any where nothing is said. */
  readonly reasonCodes?: readonly string[];
  /**
   * Changes of the data that a rewrite has to survive: after each, in a transaction that is rolled back, it returns
   * what the query returns.
   */
  readonly mutations?: readonly string[];
  /** All new indexes together, in bytes. */
  readonly maxIndexBytes?: number;
  /** Every new index has to have a definition that fits one of these. */
  readonly indexes?: readonly RegExp[];
  /** Texts that an accepted rewrite must not have. */
  readonly neverRewrite?: readonly RegExp[];
  /** The answer also has to help where the plan is made without the values of the parameters. */
  readonly generic?: boolean;
}

/** Where an index is built and proved. */
export const BUILT = ['proven', 'applied'] as const;
/** Where a person has to adopt something. */
export const ADOPTED = ['handed-over'] as const;
export const NO = ['no-gain', 'already-met'] as const;
