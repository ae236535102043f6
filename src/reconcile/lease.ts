import { TargetUnavailableError } from '../errors.ts'
import type { Lease, Lock } from '../ports/lock.ts'
import type { Logger } from '../ports/logger.ts'
import { attemptsAt } from '../runtime/attempts.ts'
import { hasMethods } from '../runtime/config-values.ts'
import { portTimeoutMs } from '../runtime/defaults.ts'
import { ending } from '../runtime/ending.ts'
import type { Invocation } from '../runtime/invocation.ts'

const leaseMs = 60_000
const lockPlace = { name: 'lock', timeoutMs: portTimeoutMs }

/** A lock that is kept until it is let go; `lost` aborts when it could not be. */
export interface KeptLease {
  readonly lost: AbortSignal
  readonly release: () => Promise<void>
}

/**
 * Takes the lock and renews it three times per lease. Undefined: somebody else holds it, or the lock did not say that
 * nobody does. No call of it is waited for longer than its time-out and the invocation.
 */
export async function keepLease(
  lock: Lock,
  name: string,
  invocation: Invocation,
  logger: Logger,
): Promise<KeptLease | undefined> {
  const lease = await acquire(lock, name, invocation, logger)
  if (!lease) return undefined
  const lost = new AbortController()
  const done = new AbortController()
  void renewing(lease, invocation, lost, done.signal)
  return {
    lost: lost.signal,
    release: async () => {
      done.abort()
      await release(lease, invocation)
    },
  }
}

async function acquire(lock: Lock, name: string, invocation: Invocation, logger: Logger): Promise<Lease | undefined> {
  const { deliverUntil, cut } = invocation
  const { value, error } = await attemptsAt(lockPlace, invocation, deliverUntil, cut).run(1, async () =>
    asLease(await lock.acquire(name, leaseMs)),
  )
  if (error) logger.error('The lock did not answer: nothing is compared.', { code: error.code, reason: error.message })
  return value
}

function asLease(answer: unknown): Lease | undefined {
  if (answer === undefined || answer === null) return undefined
  if (hasMethods('renew', 'release')(answer)) return answer as Lease // it has what a lease has
  throw new TargetUnavailableError('The lock answered with something that is no lease.')
}

async function renewing(lease: Lease, invocation: Invocation, lost: AbortController, done: AbortSignal): Promise<void> {
  const { clock, over } = invocation
  const attempts = attemptsAt(lockPlace, invocation, Infinity, over)
  for (;;) {
    await clock.sleep(leaseMs / 3, done).catch(() => undefined)
    if (done.aborted) return
    const { error } = await attempts.run(1, () => lease.renew())
    if (!error) continue
    lost.abort()
    return
  }
}

/** What cannot be let go in time runs out by itself. */
async function release(lease: Lease, invocation: Invocation): Promise<void> {
  const { settleUntil, watchdog } = invocation
  const late = ending()
  watchdog.watch({ endsAt: () => settleUntil, runOut: late.end })
  await attemptsAt(lockPlace, invocation, settleUntil, late).run(1, () => lease.release())
}
