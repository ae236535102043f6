import type { Metric, MetricName } from '../ports/metrics.ts'
import type { Invocation } from './invocation.ts'
import type { Delivered, Failed, RouteRun, Settled, Untouched } from './pipeline.ts'
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
  const byRoute = groupByRoute(settled)
  for (const run of runs) measureRoute(metrics, run, byRoute.get(run.route), sync)
  return metrics
}

interface RouteOutcomes<Item> {
  readonly delivered: Delivered<Item>[]
  readonly parked: Failed<Item>[]
  readonly unresolved: (Failed<Item> | Untouched<Item>)[]
}

function groupByRoute<Item>({
  delivered,
  parked,
  unresolved,
  runs,
}: Settled<Item>): Map<Route<Item>, RouteOutcomes<Item>> {
  const groups = new Map<Route<Item>, RouteOutcomes<Item>>()
  for (const { route } of runs) groups.set(route, { delivered: [], parked: [], unresolved: [] })
  for (const outcome of delivered) groups.get(outcome.route)?.delivered.push(outcome)
  for (const outcome of parked) groups.get(outcome.route)?.parked.push(outcome)
  for (const outcome of unresolved) groups.get(outcome.route)?.unresolved.push(outcome)
  return groups
}

function measureRoute<Item>(
  metrics: Metric[],
  run: RouteRun<Item>,
  outcomes: RouteOutcomes<Item> | undefined,
  sync: Sync<Item>,
): void {
  if (!outcomes) return
  const { delivered, parked, unresolved } = outcomes
  const target = run.route.name
  const left = unresolved.filter(({ status }) => status === 'failed')
  const decided = delivered.length + parked.length + left.length
  if (decided + unresolved.length === 0) return
  metrics.push(
    { name: 'Deliveries', unit: 'Count', values: [decided], target },
    { name: 'DeliveryFailures', unit: 'Count', values: [parked.length + left.length], target },
    { name: 'SyncDuration', unit: 'Milliseconds', values: [run.durationMs], target },
  )
  const latencies = delivered
    .filter(({ change }) => change.changedAt.getTime() > 0)
    .map(({ change, answeredAt }) => Math.max(0, answeredAt - change.changedAt.getTime()))
  if (latencies.length > 0) metrics.push({ name: 'DeliveryLatency', unit: 'Milliseconds', values: latencies, target })
  pushCounts(metrics, target, {
    StaleSkipped: delivered.filter(({ status }) => status === 'stale').length,
    VersionRegressed: sync.versionAttribute === undefined ? 0 : delivered.filter(isStaleInsert).length,
    Retries: sum([...delivered, ...parked, ...left].map(({ attempts }) => Math.max(0, attempts - 1))),
    DeadLettered: parked.length,
    Unresolved: unresolved.length,
    BreakerOpen: run.breakerOpened,
  })
}

/** An item that appears and is older than what the target remembers: its version started again. */
export function isStaleInsert<Item>({ status, change }: Delivered<Item>): boolean {
  return status === 'stale' && change.record?.eventName === 'INSERT'
}

function pushCounts(metrics: Metric[], target: string | undefined, counts: Partial<Record<MetricName, number>>): void {
  for (const [name, count] of Object.entries(counts) as [MetricName, number][])
    // keys are the names above
    if (count > 0) metrics.push({ name, unit: 'Count', values: [count], ...(target === undefined ? {} : { target }) })
}

function creationTimes<Item>({ lanes }: Settled<Item>): readonly number[] {
  const times: number[] = []
  for (const { createdAt } of lanes) for (const time of createdAt) if (time > 0) times.push(time)
  return times
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
