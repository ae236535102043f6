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
  /** As `timeout`, and a test that did not end may still be at work: this process may say wrong things from now on. */
  | { readonly status: 'hanging'; readonly by: string; readonly reason: string; readonly ran: number }
  /** A test fails without the mutant, too, or not each time with it: what happened before, or chance, has its part in it. */
  | { readonly status: 'spoilt' }

export interface JudgeOptions {
  readonly session?: ReturnType<typeof testSession>
  /** Milliseconds until a test counts as one that hangs. */
  readonly longestMs?: number
}

const longest = 8_000
const best = new Map<RunnerTestCase, number>()

/**
 * Runs the tests that reach the mutant, quick ones of small parts first, until one fails. It has to fail with the mutant,
 * pass without it and fail with it again: only then it is the mutant.
 */
export async function judgeMutant(
  task: MutantTask,
  named: readonly NamedTest[],
  instrumented: Instrumented,
  beforeEachTest: () => Promise<void>,
  { session = testSession(), longestMs = longest }: JudgeOptions = {},
): Promise<Verdict> {
  const attempt = async (test: RunnerTestCase, mutant: string | undefined) => {
    await beforeEachTest()
    instrumented.activeMutant = mutant
    instrumented.hitLimit = mutant === undefined ? undefined : task.hitLimit
    instrumented.hitCount = mutant === undefined ? undefined : 0
    const failure = await outcomeOf(test, () => session.run(test), longestMs)
    const loops = task.hitLimit !== undefined && (instrumented.hitCount ?? 0) > task.hitLimit
    return loops ? tooOften : failure
  }
  let ran = 0
  try {
    for (const [by, test] of inOrder(named, new Set(task.tests))) {
      ran += 1
      const first = await attempt(test, task.mutant)
      if (first === undefined) continue
      if ((await attempt(test, undefined)) !== undefined) return { status: 'spoilt' }
      const second = await attempt(test, task.mutant)
      if (second === undefined) return { status: 'spoilt' }
      return { status: statusOf([first, second]), by, reason: first, ran }
    }
    return { status: 'survived', ran }
  } finally {
    instrumented.hitCount = undefined
    instrumented.activeMutant = undefined
    await session.leave()
  }
}

const tooOften = 'The mutant is passed too often.'

function statusOf(failures: readonly string[]): 'killed' | 'timeout' | 'hanging' {
  if (failures.includes(hangs)) return 'hanging'
  return failures.includes(tooOften) ? 'timeout' : 'killed'
}

const hangs = 'The test does not end.'

async function outcomeOf(test: RunnerTestCase, run: () => Promise<void>, longestMs: number) {
  const known = best.get(test)
  const limit = known === undefined ? longestMs : Math.min(longestMs, 1_000 + 10 * known)
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
