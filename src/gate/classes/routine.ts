import type { Node } from '@pgsql/types';
import { parseStatements, SqlSyntaxError } from '../../sql/parse.ts';
import { readPlpgsql, type PlpgsqlPart } from '../../sql/plpgsql.ts';
import { isPureType } from '../../sql/pure-types.ts';
import type { FieldsOf } from '../../sql/walk.ts';
import { namesOf, nodesNamed, nodesOf } from '../../sql/walk.ts';
import { as, together, type Classified, type Place, type Rules } from './class.ts';
import { REPLACES } from './create-other.ts';
import { effectsIn } from './expression.ts';
import { optionsOf, textOf } from './option.ts';
import { ownSchema } from './system-schema.ts';

/** CREATE FUNCTION, CREATE PROCEDURE and DO: what their bodies do when they run. */
export const routine: Rules = {
  CreateFunctionStmt: (created, place) =>
    together(
      created.replace === true ? REPLACES : as('additive', 'creates a function'),
      ...ownSchema(namesOf(created.funcname).at(-2)),
      ...optionsOf(created.options).map((option) => optionPart(option, place)),
      ...asPartOfCreation(bodyOf(created, place)),
    ),
  DoStmt: ({ args }, place) => {
    const written = languages(args);
    const language = written.length === 0 ? 'plpgsql' : only(written);
    const block = as('opaque', 'a DO block is code, and code needs an approval');
    return together(block, bodyIn(language, textOf(last(args, 'as')), place, 'DO'));
  },
  ReturnStmt: (returned, place) => together(as('read', 'computes'), ...effectsIn(returned, place)),
};

/** What a call of a function does, the defaults of its parameters included; `read` at least. */
export function bodyOf(created: FieldsOf<'CreateFunctionStmt'>, place: Place): Classified {
  const { options, parameters = [], sql_body: atomic } = created;
  const body =
    atomic === undefined
      ? bodyIn(only(languages(options)), textOf(last(options, 'as')), place, 'CREATE')
      : atomicBody(atomic, place);
  const defaults = parameters.flatMap((parameter) => defaultOf(parameter) ?? []);
  if (defaults.length === 0) return body;
  return together(body, place.classify({ SelectStmt: { targetList: defaults } }, place));
}

/** A function that reads or makes something is as harmless to create as any; what it does beyond that counts. */
function asPartOfCreation(body: Classified): Classified[] {
  return ['read', 'session', 'maintenance', 'additive'].includes(body.class) ? [] : [body];
}

/** Bodies inside bodies: deeper than this nobody reads them, and reading each takes its time. */
const DEEPEST = 8;

function bodyIn(
  language: string | null,
  text: string | null,
  place: Place,
  statement: 'DO' | 'CREATE',
): Classified {
  if (language === null) return as('opaque', 'the language of the code cannot be told');
  if (place.depth >= DEEPEST) return as('opaque', 'code inside code inside code is not looked into');
  const inside = { ...place, depth: place.depth + 1 };
  if (language === 'sql') return statementsIn(text ?? '', inside);
  if (language === 'plpgsql') return plpgsqlBody(inside, statement);
  return as('refuse', `the language ${language} is not looked into, and may reach beyond the database`);
}

function plpgsqlBody(inside: Place, statement: 'DO' | 'CREATE'): Classified {
  const parts = readPlpgsql(inside.sql);
  if (parts === null) return as('opaque', 'the body cannot be read');
  return together(as('read', 'computes'), ...parts.map((part) => plpgsqlPart(part, inside, statement)));
}

function plpgsqlPart(part: PlpgsqlPart, inside: Place, statement: 'DO' | 'CREATE'): Classified {
  switch (part.kind) {
    case 'sql': {
      return statementsIn(part.text, inside);
    }
    case 'dynamic': {
      const constant = constantOf(part.text);
      const computes = statementsIn(part.text, inside);
      if (constant === null)
        return together(as('opaque', 'EXECUTE of a text that is put together as it runs'), computes);
      return bodyIn('sql', constant, inside, statement);
    }
    case 'type': {
      const types = typesIn(part.text);
      return types?.every(isPureType) === true
        ? as('read', 'computes')
        : as('opaque', `the type ${part.text} is not one of PostgreSQL's own`);
    }
    case 'transaction': {
      return statement === 'DO'
        ? as('refuse', 'transactions are begun and ended by the runner')
        : as('opaque', 'the procedure ends transactions');
    }
    case 'unknown': {
      return as('opaque', `${part.text} is not looked into`);
    }
  }
}

function statementsIn(text: string, inside: Place): Classified {
  let statements;
  try {
    statements = parseStatements(text);
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    return as('opaque', 'the body cannot be read');
  }
  return together(
    as('read', 'computes'),
    ...statements.map(({ tree, sql }) => inside.classify(tree, { ...inside, sql })),
  );
}

/** `RETURN expression`, or `BEGIN ATOMIC` with lists of statements. */
function atomicBody(body: Node, place: Place): Classified {
  const statements = [...nodesOf(body, ({ tag }) => tag === null || tag === 'List')].flatMap(
    ({ tag, fields }) => (tag === null || tag === 'List' ? [] : [{ [tag]: fields } as unknown as Node]),
  );
  return together(as('read', 'computes'), ...statements.map((statement) => place.classify(statement, place)));
}

/** `'…'` alone behind SELECT. */
function constantOf(text: string): string | null {
  let statements;
  try {
    statements = parseStatements(text);
  } catch {
    return null;
  }
  const [select, ...others] = statements;
  if (select === undefined || others.length > 0 || !('SelectStmt' in select.tree)) return null;
  const { targetList = [], fromClause } = select.tree.SelectStmt;
  const [target, ...more] = targetList;
  if (target === undefined || more.length > 0 || fromClause !== undefined || !('ResTarget' in target))
    return null;
  const { val } = target.ResTarget;
  return val !== undefined && 'A_Const' in val ? (val.A_Const.sval?.sval ?? null) : null;
}

/** The names of the types in a declaration; null where it cannot be read. `%TYPE` is a column's. */
function typesIn(text: string): string[][] | null {
  if (/%(?:row)?type$/i.test(text) || text === 'record' || text === 'trigger') return [];
  try {
    const [statement] = parseStatements(`SELECT NULL::${text}`);
    return statement === undefined
      ? null
      : nodesNamed(statement.tree, 'TypeName').map(({ names }) => namesOf(names));
  } catch {
    return null;
  }
}

/** Options that say how a function is planned. */
const PLANNING = new Set(['language', 'as', 'volatility', 'strict', 'cost', 'rows', 'parallel']);

function optionPart({ defname = '', arg }: FieldsOf<'DefElem'>, place: Place): Classified {
  if (PLANNING.has(defname)) return as('additive', 'creates a function');
  if (defname === 'set' && arg !== undefined) return place.classify(arg, place);
  if (defname === 'leakproof') return as('privilege', 'LEAKPROOF may see rows that row security hides');
  if (defname !== 'security') return as('opaque', `the option ${defname} is not looked into`);
  return arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval !== true
    ? as('additive', 'creates a function')
    : as('privilege', 'SECURITY DEFINER runs with the rights of its owner, whoever calls it');
}

function defaultOf(parameter: Node): Node | undefined {
  return 'FunctionParameter' in parameter ? parameter.FunctionParameter.defexpr : parameter;
}

function languages(options: readonly Node[] | undefined): string[] {
  return optionsOf(options)
    .filter(({ defname }) => defname === 'language')
    .map(({ arg }) => (textOf(arg) ?? '').toLowerCase());
}

function last(options: readonly Node[] | undefined, name: string): Node | undefined {
  return optionsOf(options).findLast(({ defname }) => defname === name)?.arg;
}

function only(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}
