import { describe, expect, test } from 'vitest';
import type { Counts } from '../report.ts';
import { readCounts, RUNNERS } from './index.ts';

interface Sample {
  readonly runner: string;
  readonly output: string;
  readonly counts: Counts;
}

const counts = (
  passed: number,
  failed: number,
  skipped: number,
  failing: readonly string[] = [],
): Counts => ({
  passed,
  failed,
  skipped,
  failing,
});

/** In the form that each tool documents. */
const SAMPLES: readonly Sample[] = [
  {
    runner: 'vitest',
    output: `
 ❯ test/a.test.ts (4 tests | 1 failed) 30ms
   × suite > bad 20ms

 FAIL  test/c.test.ts [ test/c.test.ts ]
Error: load

 FAIL  test/a.test.ts > suite > bad
AssertionError: expected 1 to be 2

 Test Files  2 failed | 1 passed (3)
      Tests  1 failed | 22 passed | 1 skipped | 1 todo (25)
   Duration  1.62s
`,
    counts: counts(22, 1, 2, ['test/c.test.ts', 'test/a.test.ts > suite > bad']),
  },
  {
    runner: 'jest',
    output: `
FAIL src/cart.test.js (5.1 s)
  cart
    ✓ adds (2 ms)
    ✕ sums (3 ms)

  ● cart › sums

    expect(received).toBe(expected)

  ● Console

    console.log

FAIL src/broken.test.js
  ● Test suite failed to run

    SyntaxError: x

PASS src/other.test.js

Summary of all failing tests
FAIL src/cart.test.js (5.1 s)
  ● cart › sums

    expect(received).toBe(expected)

FAIL src/broken.test.js
  ● Test suite failed to run

Test Suites: 2 failed, 1 passed, 3 total
Tests:       1 failed, 1 skipped, 1 todo, 21 passed, 24 total
Snapshots:   0 total
Time:        1.2 s
`,
    counts: counts(21, 1, 2, ['src/cart.test.js › cart › sums', 'src/broken.test.js']),
  },
  {
    runner: 'jest --json',
    output: `{"numFailedTests":1,"numPassedTests":2,"numPendingTests":1,"numTodoTests":1,"numTotalTests":5,"success":false,"testResults":[{"name":"/app/src/cart.test.js","status":"failed","assertionResults":[{"fullName":"cart sums","status":"failed","title":"sums"},{"fullName":"cart adds","status":"passed","title":"adds"}]},{"name":"/app/src/broken.test.js","status":"failed","message":"SyntaxError","assertionResults":[]}]}`,
    counts: counts(2, 1, 2, ['cart.test.js › cart sums', 'broken.test.js']),
  },
  {
    runner: 'mocha',
    output: `

  cart
    ✔ adds
    1) sums
    - later

  3) alone

  4 passing (8ms)
  1 pending
  3 failing

  1) cart
       sums:
     AssertionError: 1 == 2
      at Context.<anonymous> (test/cart.js:5:14)

  2) cart
       in a
         deep suite
           sums too:

      AssertionError
      + expected - actual

  3) alone: with a colon:
     Error: no
`,
    counts: counts(4, 3, 1, ['cart sums', 'cart in a deep suite sums too', 'alone: with a colon']),
  },
  {
    runner: 'mocha --reporter json',
    output: `log
{
  "stats": {
    "suites": 1,
    "tests": 3,
    "passes": 1,
    "pending": 1,
    "failures": 1
  },
  "failures": [
    {
      "title": "sums",
      "fullTitle": "cart sums"
    }
  ]
}
`,
    counts: counts(1, 1, 1, ['cart sums']),
  },
  {
    runner: 'node --test',
    output: `✔ good (5.6ms)
▶ suite
  ✖ bad # 1 (1.8ms)
✖ suite (44.8ms)
ℹ tests 5
ℹ suites 1
ℹ pass 1
ℹ fail 1
ℹ cancelled 1
ℹ skipped 1
ℹ todo 1
ℹ duration_ms 844.3

✖ failing tests:

test at a.test.mjs:4:27
✖ bad # 1 (1.843329ms)
  AssertionError

test at b.test.mjs:1:1
✖ slow (one) (1.8ms)
`,
    counts: counts(1, 2, 2, ['a.test.mjs › bad # 1', 'b.test.mjs › slow (one)']),
  },
  {
    runner: 'TAP',
    output: `TAP version 13
# Subtest: suite
    # Subtest: bad \\# 1
    not ok 1 - bad \\# 1
      ---
      error: '1 == 2'
      ...
    ok 2 - fine
    1..2
not ok 1 - suite
ok 2 - skipped # SKIP
not ok 3 - later # TODO
1..3
`,
    counts: counts(1, 1, 2, ['suite › bad # 1']),
  },
  {
    runner: 'TAP',
    output: '1..3\nok 1 - a\nnot ok 2 - b\nok 3\n# tests 3\n# pass  2\n# fail  1\n',
    counts: counts(2, 1, 0, ['b']),
  },
  {
    runner: 'TAP',
    output: `TAP version 13
1..2
not ok 1 - a.test.ts # time=40.69ms {
    1..3
    ok 1 - good # time=2.33ms
    not ok 2 - suite # time=30.44ms {
        1..1
        not ok 1 - bad # time=20.69ms
            ---
            error:
                name: "AssertionError"
            ...
    }
    ok 3 - skipped # SKIP
}
not ok 2 - c.test.ts
`,
    counts: counts(1, 2, 1, ['a.test.ts › suite › bad', 'c.test.ts']),
  },
  {
    runner: 'ava',
    output: `
  ✔ cart › adds
  ✘ [fail]: cart › sums Error thrown in test
  - [skip] cart › later
  ─

  cart › sums

  cart.js:5

  1 test failed
  2 tests passed
  1 test skipped
  1 test todo
`,
    counts: counts(2, 1, 2, ['cart › sums Error thrown in test']),
  },
  {
    runner: 'playwright test',
    output: `
Running 7 tests using 2 workers

  1) [chromium] › cart.spec.ts:3:5 › cart › sums ──────────

    Error: expect(received).toBe(expected)

  1 failed
    [chromium] › cart.spec.ts:3:5 › cart › sums ──────────
  1 flaky
    [chromium] › cart.spec.ts:9:5 › cart › adds ──────────
  1 skipped
  2 did not run
  2 passed (3.1s)
`,
    counts: counts(3, 1, 3, ['[chromium] › cart.spec.ts › cart › sums']),
  },
  {
    runner: 'pytest',
    output: `
=================================== FAILURES ===================================
=========================== short test summary info ============================
FAILED test_a.py::TestShop::test_bad - AssertionError: a - b
FAILED test_a.py::test_p[a b] - AssertionError: assert 'a b' == 'c'
ERROR test_a.py::test_e - ValueError: no
==== 2 failed, 2 passed, 1 skipped, 1 xfailed, 3 warnings, 1 error in 125.98s (0:02:05) ====
`,
    counts: counts(2, 3, 2, ['test_a.py::TestShop::test_bad', 'test_a.py::test_p[a b]', 'test_a.py::test_e']),
  },
  { runner: 'pytest', output: '...\n3 passed in 0.01s\n', counts: counts(3, 0, 0) },
  {
    runner: 'unittest',
    output: `
======================================================================
ERROR: test_e (test_u.U.test_e)
----------------------------------------------------------------------
======================================================================
FAIL: test_bad (test_u.U)
----------------------------------------------------------------------
Ran 4 tests in 0.004s

FAILED (failures=1, errors=1, skipped=1)
`,
    counts: counts(1, 2, 1, ['test_u.U.test_e', 'test_u.U.test_bad']),
  },
  {
    runner: 'go test',
    output: `--- FAIL: TestSum (0.00s)
    --- FAIL: TestSum/empty_cart (0.00s)
        cart_test.go:9: no
FAIL
FAIL\texample.com/shop/cart\t0.005s
ok  \texample.com/shop/mail\t0.004s
ok  \texample.com/shop/user\t(cached)
?   \texample.com/shop/cmd\t[no test files]
FAIL\texample.com/shop/broken [build failed]
FAIL
`,
    counts: {
      ...counts(2, 2, 0, ['example.com/shop/cart.TestSum/empty_cart', 'example.com/shop/broken']),
      unit: 'packages',
    },
  },
  {
    runner: 'go test',
    output: `=== RUN   TestAdd
--- PASS: TestAdd (0.00s)
=== RUN   TestSum
=== RUN   TestSum/one
=== RUN   TestSum/two
--- FAIL: TestSum (0.00s)
    --- PASS: TestSum/one (0.00s)
    --- FAIL: TestSum/two (0.00s)
=== RUN   TestLater
--- SKIP: TestLater (0.00s)
FAIL
FAIL\texample.com/shop/cart\t0.005s
FAIL
`,
    counts: counts(2, 1, 1, ['example.com/shop/cart.TestSum/two']),
  },
  {
    runner: 'go test -json',
    output: `{"Action":"start","Package":"shop/cart"}
{"Action":"run","Package":"shop/cart","Test":"TestSum"}
{"Action":"output","Package":"shop/cart","Test":"TestSum","Output":"--- FAIL: TestSum\\n"}
{"Action":"pass","Package":"shop/cart","Test":"TestSum/one","Elapsed":0}
{"Action":"fail","Package":"shop/cart","Test":"TestSum/two","Elapsed":0}
{"Action":"fail","Package":"shop/cart","Test":"TestSum","Elapsed":0}
{"Action":"skip","Package":"shop/cart","Test":"TestLater","Elapsed":0}
{"Action":"fail","Package":"shop/cart","Elapsed":0.01}
{"Action":"skip","Package":"shop/cmd","Elapsed":0}
{"Action":"fail","Package":"shop/broken","Elapsed":0,"FailedBuild":"shop/broken"}
`,
    counts: counts(1, 2, 1, ['shop/cart.TestSum/two', 'shop/broken']),
  },
  {
    runner: 'cargo test',
    output: `
     Running unittests src/lib.rs (target/debug/deps/shop-1)

running 3 tests
test tests::skipped ... ignored
test tests::panics - should panic ... FAILED
test tests::good ... ok

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.31s

   Doc-tests shop

running 1 test
test src/lib.rs - sum (line 3) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.20s
`,
    counts: counts(2, 1, 1, ['tests::panics']),
  },
  {
    runner: 'rspec',
    output: `
Finished in 0.01 seconds (files took 0.1 seconds to load)
4 examples, 1 failure, 1 pending

Failed examples:

rspec ./spec/cart_spec.rb:5 # Cart sums an empty cart
`,
    counts: counts(2, 1, 1, ['Cart sums an empty cart']),
  },
  {
    runner: 'minitest',
    output: `
  1) Failure:
CartTest#test_sum [test/cart_test.rb:9]:
Expected: 1
  Actual: 2

  2) Error:
CartTest#test_add:
NoMethodError: x

5 runs, 6 assertions, 1 failures, 1 errors, 1 skips
`,
    counts: counts(2, 2, 1, ['CartTest#test_sum', 'CartTest#test_add']),
  },
  {
    runner: 'phpunit',
    output: `
There were 2 failures:

1) App\\Tests\\CartTest::testSum
Failed asserting that 2 is identical to 1.

2) App\\Tests\\CartTest::testAdd with data set "empty" (1)
no

FAILURES!
Tests: 5, Assertions: 6, Failures: 2, Skipped: 1.
`,
    counts: counts(2, 2, 1, [
      'App\\Tests\\CartTest::testSum',
      'App\\Tests\\CartTest::testAdd with data set "empty" (1)',
    ]),
  },
  { runner: 'phpunit', output: 'OK (24 tests, 30 assertions)\n', counts: counts(24, 0, 0) },
  {
    runner: 'mvn test',
    output: `[INFO] Running com.shop.CartTest
[ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 1, Time elapsed: 0.05 s <<< FAILURE! -- in com.shop.CartTest
[INFO] Results:
[ERROR] Failures:
[ERROR]   CartTest.sum:12 expected: <1> but was: <2>
[ERROR] Errors:
[ERROR]   CartTest.add » NullPointer
[ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 1
`,
    counts: counts(1, 2, 1, ['CartTest.sum', 'CartTest.add']),
  },
  {
    runner: 'gradle test',
    output: `
> Task :test FAILED

CartTest > sum() FAILED
    org.opentest4j.AssertionFailedError at CartTest.java:12

4 tests completed, 1 failed, 1 skipped
`,
    counts: counts(2, 1, 1, ['CartTest > sum()']),
  },
  {
    runner: 'junit',
    output: `
Failures (1):
  JUnit Jupiter:CartTest:sum()
    MethodSource [className = 'CartTest', methodName = 'sum']

[         4 tests found           ]
[         1 tests skipped         ]
[         4 tests started         ]
[         0 tests aborted         ]
[         2 tests successful      ]
[         1 tests failed          ]
`,
    counts: counts(2, 1, 1, ['JUnit Jupiter:CartTest:sum()']),
  },
  {
    runner: 'dotnet test',
    output: `  Failed Shop.Tests.CartTests.Sum(x: 1) [5 ms]
  Error Message:
   Assert.Equal() Failure

Failed!  - Failed:     1, Passed:     3, Skipped:     1, Total:     5, Duration: 5 ms - Shop.Tests.dll (net9.0)
Passed!  - Failed:     0, Passed:     2, Skipped:     0, Total:     2, Duration: 1 ms - Mail.Tests.dll (net9.0)
`,
    counts: counts(5, 1, 1, ['Shop.Tests.CartTests.Sum(x: 1)']),
  },
  {
    runner: 'ctest',
    output: `
50% tests passed, 2 tests failed out of 4

Total Test time (real) =   0.03 sec

The following tests did not run:
\t  3 - skipped (Skipped)
\t  4 - off (Disabled)

The following tests FAILED:
\t  2 - bad one (Failed)
\t  5 - missing (Not Run)
`,
    counts: counts(1, 2, 2, ['bad one', 'missing']),
  },
  {
    runner: 'JUnit XML',
    output: `<?xml version="1.0"?>
<testsuites><testsuite name="cart" tests="4" failures="1" errors="1" skipped="1">
<testcase classname="cart" name="adds" time="0.1"/>
<testcase name="sums &lt;a&gt; &amp; b" classname='cart'><failure message="no">no</failure></testcase>
<testcase classname="cart" name="breaks"><error/></testcase>
<testcase classname="cart" name="later"><skipped/></testcase>
</testsuite></testsuites>
`,
    counts: counts(1, 2, 1, ['cart › sums <a> & b', 'cart › breaks']),
  },
];

describe.each(SAMPLES)('$runner', ({ runner, output, counts: expected }) => {
  test('is read', () => {
    expect(readCounts(output)).toEqual(expected);
  });

  test('is read with colours, Windows line ends and the banner of npm', () => {
    const banner = '\n> shop@1.0.0 test\n> run-all-of-them --x\n\n';
    const coloured = output
      .split('\n')
      .map((line) => (line.startsWith('{') || line === '}' ? line : `\u001B[31;1m${line}\u001B[39m`))
      .join('\r\n');
    const end = '\nnpm error Lifecycle script `test` failed with error:\nnpm error code 1\n';
    expect(readCounts(`${banner}${coloured}${end}`)).toEqual(expected);
  });

  test('is nobody else’s', () => {
    const all = RUNNERS.flat().filter(({ read }) => read(output) !== null);
    expect(all.map(({ name }) => name)).toEqual([runner]);
  });
});

test('every runner has a sample', () => {
  const known = RUNNERS.flat().map(({ name }) => name);
  expect(new Set(SAMPLES.map(({ runner }) => runner))).toEqual(new Set(known));
});

describe('several in one output', () => {
  test('two runners, one after the other, are added up', () => {
    const [unit, end] = [
      SAMPLES.find(({ runner }) => runner === 'vitest'),
      SAMPLES.find(({ runner }) => runner === 'playwright test'),
    ];
    expect(readCounts(`${unit?.output}${end?.output}`)).toEqual(
      counts(25, 2, 5, [...(unit?.counts.failing ?? []), ...(end?.counts.failing ?? [])]),
    );
  });

  test('one runner in two packages too, whose lines carry the names of the packages', () => {
    const output = [
      'packages/a test$ vitest run',
      'packages/a test:       Tests  3 passed (3)',
      'packages/b test:  FAIL  b.test.ts > bad',
      'packages/b test:       Tests  1 failed | 1 passed (2)',
    ].join('\n');
    expect(readCounts(output)).toEqual(counts(4, 1, 0, ['b.test.ts > bad']));
    expect(readCounts(output.replaceAll(/^packages\/(\w) test: /gm, '@shop/$1:test: '))).toEqual(
      counts(4, 1, 0, ['b.test.ts > bad']),
    );
  });

  test('JSON and text of the same run count once', () => {
    const json = SAMPLES.find(({ runner }) => runner === 'jest --json');
    const text = SAMPLES.find(({ runner }) => runner === 'jest');
    expect(readCounts(`${json?.output}\n${text?.output}`)).toEqual(json?.counts);
  });
});

test.each([
  '',
  'all good',
  'Tests: fine',
  '{}',
  '{"numTotalTests": ',
  '1..',
  '5 tests',
  'ok',
  '0 problems',
  'Ran out of memory',
])('what says nothing is not counted: %j', (output) => {
  expect(readCounts(output)).toBeNull();
});
