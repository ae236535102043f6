import type { Metric, MetricName } from '../ports/metrics.ts'
import type { Invocation } from './invocation.ts'
import type { Failed, RouteRun, Settled, Untouched } from './pipeline.ts'
import type { Route, Sync } from './sync.ts'

/** The metrics of one invocation: the whole first, then each target's. Counts of nothing are left out, but for the rates' parts. */
export function measure<Item>(settled: Settled<Item>, sync: Sync<Item>, { startedAt }: Invocation): readonly Metric[] {
  const { lanes, poison, poisonParked, poisonUnresolved, unread, regressed, runs } = settled
  const metrics: Metric[] = []
  const latencies = creationTimes(settled).map((createdAt) => Math.max(0, startedAt - createdAt))
  if (latencies.length > 0) metrics.push({ name: 'StreamLatency', unit: 'Milliseconds', values: latencies })
  pushCounts(metrics, undefined, {
    Coalesced: sum(lanes.map(({ coalesced }) => coalesced)),
    VersionConflicts: sum(lanes.map(({ conflicts }) => conflicts)),
    VersionRegressed: regressed.length,
    Poison: poison.length,
    DeadLettered: poisonParked.length,
    Unresolved: poisonUnresolved.length + unread.length,
  })
  const failures = failuresByRoute(settled)
  for (const run of runs) measureRoute(metrics, run, failures.get(run.route), sync)
  return metrics
}

interface Failures<Item> {
  readonly parked: Failed<Item>[]
  readonly unresolved: (Failed<Item> | Untouched<Item>)[]
}

function failuresByRoute<Item>({ parked, unresolved, runs }: Settled<Item>): Map<Route<Item>, Failures<Item>> {
  const groups = new Map<Route<Item>, Failures<Item>>()
  for (const { route } of runs) groups.set(route, { parked: [], unresolved: [] })
  for (const outcome of parked) groups.get(outcome.route)?.parked.push(outcome)
  for (const outcome of unresolved) groups.get(outcome.route)?.unresolved.push(outcome)
  return groups
}

function measureRoute<Item>(
  metrics: Metric[],
  run: RouteRun<Item>,
  failures: Failures<Item> | undefined,
  sync: Sync<Item>,
): void {
  if (!failures) return
  const { parked, unresolved } = failures
  const { delivered, latencies } = run
  const target = run.route.name
  const left = unresolved.filter(({ status }) => status === 'failed')
  const decided = delivered + parked.length + left.length
  if (delivered + parked.length + unresolved.length === 0) return
  metrics.push(
    { name: 'Deliveries', unit: 'Count', values: [decided], target },
    { name: 'DeliveryFailures', unit: 'Count', values: [parked.length + left.length], target },
    { name: 'SyncDuration', unit: 'Milliseconds', values: [run.durationMs], target },
  )
  if (latencies.length > 0) metrics.push({ name: 'DeliveryLatency', unit: 'Milliseconds', values: latencies, target })
  pushCounts(metrics, target, {
    StaleSkipped: run.skipped.filter(({ status }) => status === 'stale').length,
    VersionRegressed: staleInserts(run, sync),
    Retries: run.retries + sum([...parked, ...left].map(({ attempts }) => Math.max(0, attempts - 1))),
    DeadLettered: parked.length,
    Unresolved: unresolved.length,
    BreakerOpen: run.breakerOpened,
  })
}

/** Items that appear and are older than what the target remembers: their version attributes started again. */
export function staleInserts<Item>({ skipped }: RouteRun<Item>, { versionAttribute }: Sync<Item>): number {
  if (versionAttribute === undefined) return 0
  return skipped.filter(({ status, change }) => status === 'stale' && change.record?.eventName === 'INSERT').length
}

function pushCounts(metrics: Metric[], target: string | undefined, counts: Partial<Record<MetricName, number>>): void {
  for (const [name, count] of Object.entries(counts) as [MetricName, number][])
    // keys are the names above
    if (count > 0) metrics.push({ name, unit: 'Count', values: [count], ...(target === undefined ? {} : { target }) })
}

function creationTimes<Item>({ entries }: Settled<Item>): readonly number[] {
  const times: number[] = []
  for (const { change } of entries) {
    const time = change.changedAt.getTime()
    if (time > 0) times.push(time)
  }
  return times
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
