import { TestRunner, type RunnerTestCase, type RunnerTestSuite } from 'vitest'

type Cleanup = () => unknown
const { getTestFn, getSuiteHooks } = TestRunner

/** The suites that are entered for one mutant: their `beforeAll` has run, and their `afterAll` waits for the end. */
export function testSession() {
  const entered = new Map<RunnerTestSuite, Cleanup[]>()

  const enter = async (suite: RunnerTestSuite) => {
    if (entered.has(suite)) return
    const cleanups: Cleanup[] = []
    entered.set(suite, cleanups)
    for (const hook of getSuiteHooks(suite).beforeAll) keep(cleanups, await hook(suite))
  }

  return {
    /** Runs the test with the hooks of its suites; it rejects where the test or a hook does. */
    run: async (test: RunnerTestCase): Promise<void> => {
      const suites = suitesOf(test)
      for (const suite of suites) await enter(suite)
      const cleanups: Cleanup[] = []
      try {
        for (const suite of suites)
          for (const hook of getSuiteHooks(suite).beforeEach) keep(cleanups, await hook(test.context, suite))
        await getTestFn(test)()
      } finally {
        for (const suite of suites.toReversed())
          for (const hook of getSuiteHooks(suite).afterEach) await hook(test.context, suite)
        for (const cleanup of cleanups.reverse()) await cleanup()
      }
    },

    /** Leaves all suites. What fails here was made to fail by the mutant, which has its verdict already. */
    leave: async (): Promise<void> => {
      for (const [suite, cleanups] of [...entered].reverse()) {
        for (const hook of getSuiteHooks(suite).afterAll) await settled(() => hook(suite))
        for (const cleanup of cleanups.reverse()) await settled(cleanup)
      }
      entered.clear()
    },
  }
}

function keep(cleanups: Cleanup[], cleanup: unknown): void {
  if (typeof cleanup === 'function') cleanups.push(cleanup as Cleanup)
}

/** Outermost first. */
function suitesOf(test: RunnerTestCase): readonly RunnerTestSuite[] {
  const suites: RunnerTestSuite[] = []
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) suites.unshift(suite)
  return suites.includes(test.file) ? suites : [test.file, ...suites]
}

async function settled(act: () => unknown): Promise<void> {
  try {
    await act()
  } catch {
    // told by the verdict
  }
}
