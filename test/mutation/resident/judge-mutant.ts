import type { RunnerTestCase } from 'vitest'
import { rank } from '../near-first.ts'
import { testSession } from './run-test.ts'

/** What Stryker's instrumented code reads: which mutant is on, and how often it may be passed before it counts as a loop. */
export interface Instrumented {
  activeMutant?: string | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
}

export interface MutantTask {
  readonly mutant: string
  readonly hitLimit?: number | undefined
  readonly tests: readonly string[]
}

/** Stryker's name of a test, and the test. Two tests may have one name. */
export type NamedTest = readonly [id: string, test: RunnerTestCase]

export type Verdict =
  | { readonly status: 'survived'; readonly ran: number }
  | { readonly status: 'killed' | 'timeout'; readonly by: string; readonly reason: string; readonly ran: number }
  /** A test fails without the mutant, too: something that an earlier mutant left behind. */
  | { readonly status: 'spoilt' }

/** Milliseconds until a test that has never passed here counts as one that hangs. */
const longest = 8_000
const best = new Map<RunnerTestCase, number>()

/** Runs the tests that reach the mutant, quick ones of small parts first, until one fails. */
export async function judgeMutant(
  task: MutantTask,
  named: readonly NamedTest[],
  instrumented: Instrumented,
  beforeEachTest: () => Promise<void>,
): Promise<Verdict> {
  const session = testSession()
  const attempt = (test: RunnerTestCase, mutant: string | undefined) => {
    instrumented.activeMutant = mutant
    return outcomeOf(test, () => session.run(test))
  }
  instrumented.hitCount = 0
  instrumented.hitLimit = task.hitLimit
  let ran = 0
  try {
    for (const [id, test] of inOrder(named, new Set(task.tests))) {
      await beforeEachTest()
      ran += 1
      const failure = await attempt(test, task.mutant)
      const loops = task.hitLimit !== undefined && instrumented.hitCount > task.hitLimit
      if (failure === undefined && !loops) continue
      instrumented.hitCount = undefined
      if ((await attempt(test, undefined)) !== undefined) return { status: 'spoilt' }
      const status = loops || failure === hangs ? 'timeout' : 'killed'
      return { status, by: id, reason: failure ?? 'passed too often', ran }
    }
    return { status: 'survived', ran }
  } finally {
    instrumented.hitCount = undefined
    instrumented.activeMutant = undefined
    await session.leave()
  }
}

const hangs = 'The test does not end.'

async function outcomeOf(test: RunnerTestCase, run: () => Promise<void>): Promise<string | undefined> {
  const known = best.get(test)
  const limit = known === undefined ? longest : 1_000 + 10 * known
  const start = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve(hangs), limit)))
  const failure = await Promise.race([late, run().then(() => undefined, messageOf)])
  clearTimeout(timer)
  if (failure === undefined) best.set(test, Math.min(known ?? Infinity, performance.now() - start))
  return failure
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function inOrder(tests: readonly NamedTest[], wanted: ReadonlySet<string>): readonly NamedTest[] {
  const cost = ([, test]: NamedTest) => rank(test.file.filepath) * 10_000 + (best.get(test) ?? 0)
  return tests.filter(([id]) => wanted.has(id)).sort((one, other) => cost(one) - cost(other))
}
