import type { Lease, Lock } from '../ports/lock.ts'
import type { Clock } from '../ports/clock.ts'

const leaseMs = 60_000

/** A lock that is kept until it is let go; `lost` aborts when it could not be. */
export interface KeptLease {
  readonly lost: AbortSignal
  readonly release: () => Promise<void>
}

/** Takes the lock and renews it three times per lease. Undefined: somebody else holds it. */
export async function keepLease(lock: Lock, name: string, clock: Clock): Promise<KeptLease | undefined> {
  const lease = await lock.acquire(name, leaseMs)
  if (!lease) return undefined
  const lost = new AbortController()
  const done = new AbortController()
  void renewing(lease, clock, lost, done.signal)
  return {
    lost: lost.signal,
    release: async () => {
      done.abort()
      await lease.release().catch(() => undefined) // it runs out by itself
    },
  }
}

async function renewing(lease: Lease, clock: Clock, lost: AbortController, done: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(leaseMs / 3, done).catch(() => undefined)
    if (done.aborted) return
    try {
      await lease.renew()
    } catch {
      lost.abort()
      return
    }
  }
}
