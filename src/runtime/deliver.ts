import { compareKeys } from '../core/key-order.ts'
import { channel } from './channel.ts'
import { deliverRoute } from './deliver-route.ts'
import type { Invocation } from './invocation.ts'
import type { Delivered, Delivering, Outcome, Routed, RouteRun } from './pipeline.ts'
import type { Route, Sync } from './sync.ts'
import { inSpan } from './quiet.ts'

/** Delivers to every target at once, each at its own pace; outcomes come as they fall. No target's fault stops another's. */
export function deliver<Item>(
  routed: Routed<Item>,
  sync: Sync<Item>,
  invocation: Invocation,
  onDelivered?: (delivered: Delivered<Item>) => void,
): Delivering<Item> {
  const outcomes = channel<Outcome<Item>>()
  const { clock } = invocation
  const runs = routed.routes.map(({ route }) => newRun(route, onDelivered))
  const deliveries = routed.routes.map(async ({ route, lanes }, index) => {
    const run = runs[index]
    if (lanes.length === 0 || !run) return
    const startedAt = clock.monotonic()
    const ordered = route.batchSize > 1 ? [...lanes].sort((a, b) => compareKeys(a.key, b.key)) : lanes
    await inSpan(sync.tracer, 'deliver', { target: route.name, items: lanes.length }, () =>
      deliverRoute(route, ordered, sync, invocation, run, (outcome) =>
        outcomes.push(outcome, outcome.status === 'failed'),
      ),
    )
    run.durationMs = clock.monotonic() - startedAt
  })
  void Promise.allSettled(deliveries).then(outcomes.close)
  return { ...routed, outcomes, runs }
}

function newRun<Item>(route: Route<Item>, onDelivered: RouteRun<Item>['onDelivered']): RouteRun<Item> {
  return {
    route,
    onDelivered,
    durationMs: 0,
    breakerOpened: 0,
    delivered: 0,
    stale: 0,
    staleInserts: 0,
    retries: 0,
    latencies: [],
  }
}
