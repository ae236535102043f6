import { compareKeys } from '../core/key-order.ts'
import { channel } from './channel.ts'
import { deliverRoute } from './deliver-route.ts'
import type { Invocation } from './invocation.ts'
import type { Delivering, Outcome, Routed } from './pipeline.ts'
import type { Sync } from './sync.ts'
import { inSpan } from './quiet.ts'

/** Delivers to every target at once, each at its own pace; outcomes come as they fall. No target's fault stops another's. */
export function deliver<Item>(routed: Routed<Item>, sync: Sync<Item>, invocation: Invocation): Delivering<Item> {
  const outcomes = channel<Outcome<Item>>()
  const { clock } = invocation
  const runs = routed.routes.map(({ route }) => ({ route, durationMs: 0, breakerOpened: 0 }))
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
