import type { Change } from '../core/change.ts'
import type { RoutedLane } from '../core/routes.ts'
import { TargetUnavailableError, type SyncError } from '../errors.ts'
import { asSyncError } from './attempts.ts'
import { channel } from './channel.ts'
import { deliverRoute } from './deliver-route.ts'
import type { Invocation } from './invocation.ts'
import type { Delivering, Failed, Outcome, Routed, RouteRun } from './pipeline.ts'
import type { Route, Sync } from './sync.ts'
import { inSpan } from './quiet.ts'

/** Delivers to every target at once, each at its own pace; outcomes come as they fall. No target's fault stops another's. */
export function deliver<Item>(routed: Routed<Item>, sync: Sync<Item>, invocation: Invocation): Delivering<Item> {
  const outcomes = channel<Outcome<Item>>()
  const runs = routed.routes.map(({ route, lanes }) => newRun(route, lanes))
  const deliveries = routed.routes.map(async ({ route, lanes }, index) => {
    const run = runs[index]
    if (lanes.length === 0 || !run) return
    const emit = (outcome: Outcome<Item>): void => {
      run.open--
      outcomes.push(outcome, outcome.status === 'failed')
    }
    const failure = await deliverOne(run, lanes, sync, invocation, emit).then(
      () => undefined,
      (error: unknown) => asSyncError(route.name, error),
    )
    if (failure ?? run.open !== 0) for (const lane of lanes) outcomes.push(unaccounted(route, lane, failure), true)
  })
  void Promise.allSettled(deliveries).then(outcomes.close)
  return { ...routed, outcomes, runs }
}

async function deliverOne<Item>(
  run: RouteRun<Item>,
  lanes: readonly RoutedLane<Item>[],
  sync: Sync<Item>,
  invocation: Invocation,
  emit: (outcome: Outcome<Item>) => void,
): Promise<void> {
  const { route } = run
  const { clock } = invocation
  const startedAt = clock.monotonic()
  let failure: SyncError | undefined
  const note = (outcome: Outcome<Item>): void => {
    if (outcome.status === 'failed') failure ??= outcome.error
    emit(outcome)
  }
  const work = (): Promise<void> => deliverRoute(route, lanes, sync, invocation, run, note)
  await inSpan(sync.tracer, 'deliver', { target: route.name, items: lanes.length }, work, () => failure)
  run.durationMs = clock.monotonic() - startedAt
}

/** Whatever happened in here: a change without an outcome is not done, and Lambda must deliver its lane again. */
function unaccounted<Item>(
  route: Route<Item>,
  { first, changes }: RoutedLane<Item>,
  failure?: SyncError,
): Failed<Item> {
  const error = failure ?? new TargetUnavailableError(`A delivery to "${route.name}" ended without an outcome.`)
  return { route, change: changes[0] as Change<Item>, first, attempts: 0, status: 'failed', error, then: 'leave' } // no lane is empty
}

function newRun<Item>(route: Route<Item>, lanes: readonly RoutedLane<Item>[]): RouteRun<Item> {
  let open = 0
  for (const { changes } of lanes) open += changes.length
  return { route, open, durationMs: 0, breakerOpened: 0, delivered: 0, skipped: [], retries: 0, latencies: [] }
}
