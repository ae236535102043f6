import { noBatch, type RouteRun, type Settled } from './pipeline.ts'
import type { Route } from './sync.ts'

/** What came of a queue's batch, all rounds together, as if it had been delivered at once. */
export function gather<Item>(rounds: readonly Settled<Item>[], identifiers: readonly string[]): Settled<Item> {
  return {
    ...noBatch,
    identifiers,
    regressed: rounds.flatMap(({ regressed }) => regressed),
    runs: gatherRuns(rounds.flatMap(({ runs }) => runs)),
    parked: rounds.flatMap(({ parked }) => parked),
    unresolved: rounds.flatMap(({ unresolved }) => unresolved),
    poisonParked: [],
    poisonUnresolved: [],
  }
}

function gatherRuns<Item>(runs: readonly RouteRun<Item>[]): readonly RouteRun<Item>[] {
  const gathered = new Map<Route<Item>, RouteRun<Item>>()
  for (const run of runs) {
    const former = gathered.get(run.route)
    gathered.set(run.route, former ? both(former, run) : run)
  }
  return [...gathered.values()]
}

function both<Item>(a: RouteRun<Item>, b: RouteRun<Item>): RouteRun<Item> {
  return {
    ...b,
    durationMs: a.durationMs + b.durationMs,
    breakerOpened: a.breakerOpened + b.breakerOpened,
    delivered: a.delivered + b.delivered,
    skipped: [...a.skipped, ...b.skipped],
    retries: a.retries + b.retries,
    latencies: [...a.latencies, ...b.latencies],
  }
}
