import { z } from 'zod';
import type { Proposal } from '../change.ts';
import type { Finding } from '../explain/finding.ts';
import type { Plan } from '../explain/plan.ts';
import type {
  ExtensionFacts,
  IndexFacts,
  RelationReference,
  ResolvedRelation,
  ServerTraits,
} from '../facts.ts';
import type { Conclusion } from '../outcome.ts';
import type { Trial } from '../trial.ts';
import type { Probe } from '../measure/probe.ts';
import type { Probe as ReadProbe } from '../sql/probe.ts';
import type { PoolSource } from '../pooling/app-pool.ts';
import type { BouncerWishes } from '../pooling/pgbouncer/wishes.ts';
import type { CountedServer } from '../tuning/findings/finding.ts';
import type { MergedProfile } from '../tuning/hardware/merge.ts';
import type { ConfiguredSetting } from '../tuning/configured.ts';
import type { TuningServer } from '../tuning/server.ts';
import { NEWEST_SERVER } from '../tuning/versions.ts';
import type { WritingStatement } from '../sql/writing-statement.ts';
import type { InputFields } from '../task/input.ts';
import { NO_LIMITS, type Limits } from './limits.ts';

/** Everything that a step kind may ask for, by name. */
export interface FactSheet {
  /** The item's statement, parsed, with its parameters bound. */
  readonly statement: StatementFacts;
  /** The relations that the statement names. */
  readonly relations: readonly ResolvedRelation[];
  /** The statement's plan; with actual times where it may be executed. */
  readonly plan: Plan;
  /** Names that are taken in the schemas of those relations, as `schema.name`. */
  readonly takenNames: ReadonlySet<string>;
  /** What of the server decides which changes are possible. */
  readonly server: ServerTraits;
  /** The index that the item names, with its table; null where the database has none of that name. */
  readonly index: NamedIndex | null;
  /** The machine that the server runs on, each value with where it comes from. */
  readonly hardware: MergedProfile;
  /** Its settings, and what of the server decides which there can be. */
  readonly tuning: TuningServer;
  /** What files of this repository give it, whether or not it has that already. */
  readonly configured: readonly ConfiguredSetting[];
  /** The text of the module through which pitstop itself connects. */
  readonly poolSource: PoolSource;
  /** Extensions that are installed in the database, or that could be. */
  readonly extensions: readonly ExtensionFacts[];
  /** What the user says of PgBouncer. */
  readonly bouncerWishes: BouncerWishes;
  /** What it has counted since its statistics were reset. */
  readonly counted: CountedServer;
  /** The forms in which settings are wanted, by name. */
  readonly tuningForms: readonly string[];
}

export interface StatementFacts {
  readonly probe: Probe;
  readonly parsed: ReadProbe;
  /** What it writes; null for a statement that only reads. */
  readonly writes: WritingStatement | null;
  /** The names that `$1`, `$2`, … stand for, where the item writes `:name`; none where it writes numbers. */
  readonly names: readonly string[];
}

export interface NamedIndex {
  readonly table: { readonly schema: string; readonly name: string };
  readonly index: IndexFacts;
  /** All indexes of the table, this one included. */
  readonly siblings: readonly IndexFacts[];
}

export type FactName = keyof FactSheet;
type Facts<Names extends FactName> = Pick<FactSheet, Names>;

/** What the facts are about. */
export interface Subject {
  readonly statement?: { readonly sql: string; readonly parameterSets: readonly ParameterSet[] } | undefined;
  readonly index?: RelationReference | undefined;
  /** The server as a whole, by what the item says of its machine: in its Hardware field, in its title. */
  readonly hardware?: { readonly field: string | null; readonly title: string } | undefined;
}

/** Values for `$1…`, or for `:name` placeholders. */
export type ParameterSet = readonly unknown[] | Readonly<Record<string, unknown>>;

/** What a kind has to work with once the facts are in. */
export interface Study<Fields, Names extends FactName> {
  readonly fields: Fields;
  readonly facts: Facts<Names>;
  readonly findings: readonly Finding[];
  /** At most so many candidates are worth trying. */
  readonly maxCandidates: number;
}

/** A step kind as its file writes it. */
export interface StepDefinition<Fields, Names extends FactName> {
  readonly kind: string;
  readonly summary: string;
  /** Validates the item's input fields once. */
  readonly fields: z.ZodType<Fields>;
  /** The fields of an item that it reads, as people write their names, each with what it means. */
  readonly inputs: Readonly<Record<string, string>>;
  /** An item of this kind, as markdown. */
  readonly example: string;
  /** Whether an item with these inputs is of this kind. */
  readonly claims: (inputs: InputFields) => boolean;
  readonly subject: (fields: Fields) => Subject;
  /** The time that the item wants reached, in milliseconds; null where it names none. */
  readonly targetMs: (fields: Fields) => number | null;
  /** Whether it is about one statement, which may be chosen of a workload; it is not where a kind does not say. */
  readonly ofStatement?: boolean;
  /** The oldest major version of a server that it works with; where a kind does not say, the one that the parser is of. */
  readonly oldestServer?: number;
  /** What the item forbids; nothing where a kind does not ask. */
  readonly limits?: (fields: Fields) => Limits;
  readonly facts: readonly Names[];
  readonly diagnose: (fields: Fields, facts: Facts<Names>) => Finding[];
  /**
   * The item's end where its facts, or what its trials saw, decide it without any change: nothing to do, nothing that may
   * be done, or a question. Asked before the first trial and after the last.
   */
  readonly settle?: (study: Study<Fields, Names>, trials: readonly Trial[]) => Conclusion | null;
  /** The next round: what to try, having seen all trials so far; nothing ends the rounds. */
  readonly next: (study: Study<Fields, Names>, trials: readonly Trial[]) => readonly Proposal[];
}

/**
 * A step kind as the pipeline uses it. Kinds are pure: they only diagnose and propose; trying, judging, applying,
 * verifying and recording are the same code for all of them.
 */
export interface StepKind {
  readonly kind: string;
  readonly summary: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly example: string;
  /** JSON Schema of the validated input fields. */
  readonly schema: () => unknown;
  readonly claims: (inputs: InputFields) => boolean;
  /** Whether it is about one statement, which may be chosen of a workload. */
  readonly ofStatement: boolean;
  /** The oldest major version of a server that it works with. */
  readonly oldestServer: number;
  readonly read: (inputs: InputFields) => ReadItem;
}

/** An item's validated fields, or what is wrong with them. */
type ReadItem =
  | { readonly ok: true; readonly item: StepItem }
  | { readonly ok: false; readonly problems: readonly string[] };

/** One item, read by its kind. */
export interface StepItem {
  readonly subject: Subject;
  readonly targetMs: number | null;
  readonly limits: Limits;
  readonly facts: readonly FactName[];
  readonly study: (facts: Partial<FactSheet>, maxCandidates: number) => OpenStudy;
}

export interface OpenStudy {
  readonly findings: readonly Finding[];
  readonly limits: Limits;
  /** The item's end where no change is made; null where there may be one. */
  readonly settle: (trials: readonly Trial[]) => Conclusion | null;
  readonly next: (trials: readonly Trial[]) => readonly Proposal[];
}

/** Closes over the types of one kind's fields and facts, so that the registry can hold all kinds alike. */
export function defineStep<Fields, Names extends FactName>(
  definition: StepDefinition<Fields, Names>,
): StepKind {
  const { kind, summary, inputs: names, example, claims } = definition;
  return {
    kind,
    summary,
    inputs: names,
    schema: () => z.toJSONSchema(definition.fields, { io: 'input' }),
    example,
    claims,
    ofStatement: definition.ofStatement ?? false,
    oldestServer: definition.oldestServer ?? NEWEST_SERVER,
    read(inputs) {
      const parsed = definition.fields.safeParse(inputs);
      if (!parsed.success) {
        return {
          ok: false,
          problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
        };
      }
      const fields = parsed.data;
      const limits = definition.limits?.(fields) ?? NO_LIMITS;
      const study = (gathered: Partial<FactSheet>, maxCandidates: number): OpenStudy => {
        const facts = requireFacts(gathered, definition.facts);
        const findings = definition.diagnose(fields, facts);
        const open = { fields, facts, findings, maxCandidates };
        return {
          findings,
          limits,
          settle: (trials) => definition.settle?.(open, trials) ?? null,
          next: (trials) => definition.next(open, trials),
        };
      };
      const [subject, targetMs] = [definition.subject(fields), definition.targetMs(fields)];
      return { ok: true, item: { subject, targetMs, limits, facts: definition.facts, study } };
    },
  };
}

function requireFacts<Names extends FactName>(
  facts: Partial<FactSheet>,
  names: readonly Names[],
): Facts<Names> {
  const missing = names.find((name) => facts[name] === undefined);
  if (missing !== undefined) throw new Error(`the fact ${missing} was not gathered`);
  return facts as Facts<Names>;
}
