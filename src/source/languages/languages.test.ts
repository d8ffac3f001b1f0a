import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../../sql/parse.ts';
import { findStatements } from '../find.ts';
import { SOURCE_EXTENSIONS } from './index.ts';

beforeAll(loadParser);

const find = (extension: string, source: string) => findStatements(source, { extension, lines: null });
const PLAIN = { sql: 'SELECT id FROM users WHERE id = $1', placeholders: 1, dynamic: false };

describe('Python', () => {
  test.each([
    'cur.execute("SELECT id FROM users WHERE id = %s", (id,))',
    "cur.execute('''SELECT id FROM users WHERE id = %s''', (id,))",
    'cur.execute("""-- it\'s "quoted"\nSELECT id FROM users WHERE id = %s""", (id,))',
    'cur.execute("SELECT id "\n  "FROM users " # a \'comment\'\n  "WHERE id = %s")',
    'sql = "SELECT id FROM users " \\\n  "WHERE id = %s"',
    'sql = "SELECT id " + "FROM users WHERE id = %s"',
    'sql = rb"SELECT id FROM users WHERE id = $1"',
    'sql = "SELECT id FROM users WHERE id = ?"',
    'f"SELECT id FROM users WHERE id = $1"',
    "# it's \"SELECT 1 FROM a\nsql = 'SELECT id FROM users WHERE id = %s'",
    'x = "abc\ny = "SELECT id FROM users WHERE id = %s"',
  ])('%s', (source) => {
    expect(find('py', source)).toMatchObject([PLAIN]);
  });

  test('named placeholders, doubled percent signs and attached operators', () => {
    const source = `q = "SELECT id FROM users WHERE a =%(a)s AND b = %(a)s AND c LIKE '%%x' AND d %% 2 = %(d)s"`;
    expect(find('py', source)).toMatchObject([
      {
        sql: "SELECT id FROM users WHERE a =:a AND b = :a AND c LIKE '%x' AND d % 2 = :d",
        placeholders: 2,
        dynamic: false,
      },
    ]);
    expect(find('py', `q = "SELECT id FROM users WHERE c LIKE '%smith'"`)).toMatchObject([
      { dynamic: false },
    ]);
  });

  test.each([
    'f"SELECT id FROM users WHERE id = {id}"',
    'f"""SELECT {", ".join(columns)} FROM users"""',
    '"SELECT id FROM users WHERE id = %s" % id',
    '"SELECT id FROM {} WHERE id = 1".format(table)',
    '"SELECT id FROM users WHERE name = \'%s\'"',
    'q = "SELECT id FROM users"\nq += " WHERE id = 1"',
    'BASE = "SELECT id FROM users"\ndef f():\n  run(BASE + where)',
    'BASE = "SELECT id FROM users"\ndef f():\n  run(f"{BASE} WHERE id = 1")',
    '" ".join(["SELECT id FROM users", where])',
  ])('%s is dynamic', (source) => {
    expect(find('py', source)).toMatchObject([{ dynamic: true }]);
  });

  test('names by indentation; strings on lines of their own do not join', () => {
    const source = [
      'class Users:',
      '    """Select users from the table"""',
      '    @cached("SELECT 1 FROM cached")',
      '    def find_user(self):',
      '        if x:',
      '            q = """SELECT a',
      'FROM users"""',
      '        return db.fetch("SELECT b FROM users")',
      'FIND_ALL = "SELECT c FROM users"',
      '"x"',
    ].join('\n');
    expect(find('py', source)).toMatchObject([
      { line: 3, names: ['find_user'] },
      { line: 6, lastLine: 7, names: ['find_user', 'q'] },
      { line: 8, names: ['find_user'] },
      { line: 9, sql: 'SELECT c FROM users', names: ['FIND_ALL'] },
    ]);
  });
});

describe('Go', () => {
  test.each([
    'const q = `\n\tSELECT id FROM users WHERE id = $1`',
    'const q = "SELECT id " +\n\t"FROM users WHERE id = $1"',
    "x := '\"'; y := '\\''; db.Query(\"SELECT id FROM users WHERE id = $1\", id)",
    '/* "SELECT 1 FROM a" ` */ q := "SELECT id FROM users WHERE id = $1"',
  ])('%s', (source) => {
    const [found] = find('go', source);
    expect(found).toMatchObject({ ...PLAIN, how: 'string' });
  });

  test('names, arguments by name, formatted text', () => {
    const source = [
      'func (r *Repo) FindUser(id int) {',
      '\tr.db.Query("SELECT id FROM users WHERE id = @id")',
      '\tfmt.Sprintf("SELECT id FROM %s", table)',
      '}',
    ].join('\n');
    expect(find('go', source)).toMatchObject([
      { sql: 'SELECT id FROM users WHERE id = :id', names: ['FindUser'], dynamic: false },
      { dynamic: true },
    ]);
  });
});

describe('Java, Kotlin and C#', () => {
  test.each([
    ['java', 'String q = "SELECT id " + // "\n "FROM users WHERE id = ?";'],
    ['java', 'char c = \'"\'; String q = """\n  SELECT id FROM users WHERE id = ?""";'],
    ['kt', 'val q = """SELECT id FROM users WHERE id = ?""".trimIndent()'],
    ['kt', 'val q = """\n  |SELECT id FROM users WHERE id = ?""".trimMargin()'],
    ['kt', '/* /* " */ " */ val q = "SELECT id FROM users WHERE id = $1"'],
    ['cs', 'var q = @"SELECT id FROM users WHERE id = ?";'],
    ['cs', 'var q = """"SELECT id FROM users WHERE id = $1"""";'],
  ])('%s: %s', (extension, source) => {
    expect(find(extension, source)).toMatchObject([PLAIN]);
  });

  test('operators with a question mark stay', () => {
    const asIs = `q("SELECT id FROM users WHERE data ? 'a' AND tags ?| array['b']")`;
    expect(find('java', asIs)).toMatchObject([
      { sql: "SELECT id FROM users WHERE data ? 'a' AND tags ?| array['b']", placeholders: 0 },
    ]);
    const mixed = `q("SELECT '?', \\"?\\" FROM users WHERE data ?? 'a' AND id = ? -- ?\\n AND b > ? - 5")`;
    expect(find('java', mixed)).toMatchObject([
      {
        sql: `SELECT '?', "?" FROM users WHERE data ? 'a' AND id = $1 -- ?\n AND b > $2 - 5`,
        placeholders: 2,
      },
    ]);
    expect(find('java', 'q("SELECT id FROM users WHERE data ? ? AND id = ?")')).toMatchObject([
      { sql: 'SELECT id FROM users WHERE data ? $1 AND id = $2' },
    ]);
    expect(find('java', 'q("SELECT id FROM users WHERE a > ? - 5")')).toMatchObject([{ placeholders: 1 }]);
  });

  test('names in C#, verbatim quotes, interpolation', () => {
    const source = [
      'public async Task<User> FindUser(int id)',
      '{',
      '    var a = @"SELECT ""id"" FROM users WHERE id = @id AND b @> c";',
      '    var b = $"SELECT id FROM users WHERE id = {id}";',
      '    var c = $$"""SELECT id FROM {{table}} WHERE id = 1""";',
      '}',
    ].join('\n');
    expect(find('cs', source)).toMatchObject([
      {
        sql: 'SELECT "id" FROM users WHERE id = :id AND b @> c',
        names: ['FindUser', 'a'],
        dynamic: false,
      },
      { dynamic: true },
      { dynamic: true },
    ]);
  });

  test('an annotation belongs to what follows it', () => {
    const source = [
      'interface Users {',
      '    @Query(value = "SELECT id FROM users "',
      '        + "WHERE id = :id", nativeQuery = true)',
      '    List<User> findById(@Param("id") long id);',
      '    @Query("SELECT id FROM orders")',
      '    List<User> findOrders();',
      '}',
    ].join('\n');
    expect(find('java', source)).toMatchObject([
      { sql: 'SELECT id FROM users WHERE id = :id', line: 2, lastLine: 3, names: ['findById'] },
      { line: 5, names: ['findOrders'] },
    ]);
  });

  test.each([
    ['kt', 'val q = "SELECT id FROM users WHERE id = $id"'],
    ['kt', 'val q = """SELECT id FROM ${tables["a"]} WHERE id = 1"""'],
    ['java', 'String.format("SELECT id FROM users WHERE id = %d", id)'],
    ['java', '"SELECT id FROM %s".formatted(table)'],
    ['java', 'new StringBuilder().append("SELECT id FROM users").append(where)'],
  ])('%s: %s is dynamic', (extension, source) => {
    expect(find(extension, source)).toMatchObject([{ dynamic: true }]);
  });
});

describe('Ruby, PHP and Rust', () => {
  test.each([
    ['rb', 'db.exec(<<~SQL.squish, [id])\n  SELECT id FROM users WHERE id = $1\nSQL\nx = "it\'s"'],
    ['rb', "db.exec(<<-'SQL')\n  SELECT id FROM users WHERE id = $1\n  SQL\n"],
    ['rb', "q = 'SELECT id FROM users ' \\\n  'WHERE id = ?'"],
    ['rb', 'x = y =~ /["\']/\nq = "SELECT id FROM users WHERE id = ?"'],
    ['rb', '=begin\n"\n=end\nq = "SELECT id FROM users WHERE id = ?"'],
    ['rb', '\n=begin\n"\n=end\nq = "SELECT id FROM users WHERE id = ?"'],
    ['php', '<p>It\'s</p><?php $q = "SELECT id FROM users WHERE id = ?"; ?><p>don\'t</p>'],
    ['php', "<?php # it's\n$q = <<<SQL\n  SELECT id FROM users WHERE id = $1\n  SQL;\n$x = 1;"],
    ['php', "<?php $q = <<<'SQL'\nSELECT id FROM users WHERE id = ?\nSQL;"],
    ['php', "<?php $q = 'SELECT id ' .\n 'FROM users WHERE id = ?';"],
    ['rs', 'sqlx::query!(r#"SELECT id FROM users WHERE id = $1"#, id)'],
    ['rs', "fn a<'a>(x: &'a str) { let c = '\"'; q(\"SELECT id \\\n    FROM users WHERE id = $1\") }"],
    ['rs', '/* /* " */ */ q("SELECT id FROM users WHERE id = $1")'],
  ])('%s: %s', (extension, source) => {
    expect(find(extension, source)).toMatchObject([PLAIN]);
  });

  test.each([
    ['rb', 'q = "SELECT id FROM users WHERE id = #{id}"'],
    ['rb', 'q = <<~SQL\n  SELECT id FROM #{t["a"]}\nSQL\n'],
    ['rb', 'q = "SELECT id FROM users"\nq << " WHERE id = 1"'],
    ['php', '<?php $q = "SELECT id FROM users WHERE id = $id";'],
    ['php', '<?php $q = "SELECT id FROM users WHERE id = {$a[\'b\']}";'],
    ['php', "<?php $q = 'SELECT id FROM users WHERE id = ' . $id;"],
    ['php', "<?php $q = 'SELECT id FROM users'; $q .= ' WHERE id = 1';"],
    ['rs', 'format!("SELECT id FROM {} WHERE id = 1", table)'],
    ['rs', 'let mut q = String::from("SELECT id FROM users"); q.push_str(" WHERE id = 1");'],
  ])('%s: %s is dynamic', (extension, source) => {
    expect(find(extension, source)).toMatchObject([{ dynamic: true }]);
  });

  test('two heredocs of one line', () => {
    const source = 'q(<<~A, <<~B)\n  SELECT 1 FROM a\nA\n  SELECT 2 FROM b\nB\nq("SELECT 3 FROM c")';
    expect(find('rb', source).map(({ sql }) => sql)).toEqual([
      'SELECT 1 FROM a',
      'SELECT 2 FROM b',
      'SELECT 3 FROM c',
    ]);
  });
});

describe('.sql files', () => {
  test('each statement, with its lines and its name', () => {
    const source = [
      '\\set x 1',
      "-- it's the first",
      '-- name: find_user :one',
      "SELECT id, ';' -- inside",
      'FROM users WHERE id = $1; -- behind',
      'CREATE TABLE x (id int);',
      '/* second; */ WITH a AS (SELECT $$;$$) TABLE a',
      '-- the end',
    ].join('\r\n');
    expect(find('sql', source)).toEqual([
      {
        sql: "SELECT id, ';' -- inside\nFROM users WHERE id = $1",
        line: 4,
        lastLine: 5,
        how: 'file',
        placeholders: 1,
        dynamic: false,
        names: ['find_user'],
      },
      {
        sql: 'WITH a AS (SELECT $$;$$) TABLE a',
        line: 7,
        lastLine: 7,
        how: 'file',
        placeholders: 0,
        dynamic: false,
        names: [],
      },
    ]);
  });

  test('a statement that does not parse hides no other', () => {
    expect(
      find('sql', "SELECT FORM x y z; SELECT E'\\';' FROM a; SELECT 'open").map(({ sql }) => sql),
    ).toEqual(["SELECT E'\\';' FROM a"]);
  });
});

test('only statements of the lines that are given', () => {
  const source = "q('SELECT 1 FROM a')\nq(`SELECT 2\nFROM b`)\nq('SELECT 3 FROM c')";
  const found = findStatements(source, { extension: 'ts', lines: { from: 3, to: 3 } });
  expect(found.map(({ line }) => line)).toEqual([2]);
});

test('other files have none', () => {
  expect(SOURCE_EXTENSIONS).toContain('sql');
  expect(find('md', "'SELECT id FROM users'")).toEqual([]);
});
