import fc from 'fast-check'
import { plans } from './plan.ts'
import type { MakeCast } from './cast.ts'
import { run, type RunResult } from './run.ts'

export interface Simulation<Item> {
  readonly rows: fc.Arbitrary<Item>
  readonly runs: number
  readonly seed: number | undefined
  readonly path?: string | undefined
  readonly cast: MakeCast<Item>
  /** Default true. False: the first failing run is answered as it is. */
  readonly shortens?: boolean | undefined
  /** How many events may be played to make a failing run shorter. Default: as many as it takes. */
  readonly mostToShorten?: number | undefined
  /** Told of each run, those that make a failing one shorter left out. */
  readonly onRun?: ((result: RunResult) => void) | undefined
}

/** The first run that broke a promise, made as short as it still breaks it. */
export interface SimulationFailure {
  readonly seed: number
  readonly path: string
  /** How many runs it took. */
  readonly runs: number
  readonly promise: string
  readonly message: string
}

/**
 * Plays runs until one breaks a promise.
 *
 * @throws what was thrown where the configuration was made.
 */
export async function simulate<Item>({
  rows,
  runs,
  seed,
  path,
  cast,
  shortens = true,
  mostToShorten = Infinity,
  onRun,
}: Simulation<Item>): Promise<SimulationFailure | undefined> {
  let failed = false
  let spent = 0
  let refused: { readonly error: unknown } | undefined
  const property = fc.asyncProperty(plans(rows), async (plan) => {
    if (refused || spent > mostToShorten) return true
    try {
      const result = await run(plan, cast)
      if (failed) spent += result.events
      else onRun?.(result)
      failed ||= result.violation !== undefined
      return result.violation === undefined
    } catch (error) {
      if (!failed) refused = { error }
      return true // no shorter run makes a configuration that cannot be made
    }
  })
  const details = await fc.check(property, {
    numRuns: runs,
    endOnFailure: !shortens,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  })
  if (refused) throw refused.error
  const [plan] = details.counterexample ?? []
  if (!plan) return undefined
  const { violation, lines } = await run(plan, cast)
  const where = `seed ${String(details.seed)}, path ${JSON.stringify(details.counterexamplePath)}`
  const what =
    violation?.message ?? 'The run broke a promise once, and keeps it when it is repeated: something in it is real.'
  return {
    seed: details.seed,
    path: details.counterexamplePath ?? '',
    runs: details.numRuns,
    promise: violation?.promise ?? '',
    message: `${what}\nFound in run ${String(details.numRuns)}; repeat it with ${where}.\n\n${lines.join('\n')}`,
  }
}
