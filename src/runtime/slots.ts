import type { SyncError } from '../errors.ts'
import type { CallContext } from '../ports/target.ts'
import { outOfTime, timedOut } from './attempts.ts'
import { abortContext, callContext, isTouched } from './call-context.ts'
import type { Invocation } from './invocation.ts'
import type { Watched } from './watchdog.ts'

/** A worker's place for one first call at a time, made directly: without a promise, timer or controller of its own. */
export interface Slot extends Watched {
  context: CallContext
}

/** Slots of one place. */
export interface Slots {
  readonly open: (onLost: (error: SyncError) => void) => Slot
  /** Starts a call; answers what it may know: a new one only where the last one's signal was asked for. */
  readonly begin: (slot: Slot) => CallContext
  /** Ends a call. False: it was given up meanwhile, its answer comes too late and somebody else went on. */
  readonly end: (slot: Slot) => boolean
  readonly close: (slot: Slot) => void
}

export function slotsAt(
  place: { readonly name: string; readonly timeoutMs: number },
  { clock, cut, watchdog, deliverUntil }: Invocation,
): Slots {
  const { name, timeoutMs } = place
  const slots = new Set<Slot & { readonly lose: (error: SyncError) => void }>()
  cut.onEnd(() => {
    for (const slot of slots)
      if (slot.endsAt !== Infinity && watchdog.isWatching(slot)) {
        watchdog.release(slot)
        slot.lose(outOfTime(name))
      }
  })
  return {
    open(onLost) {
      const lose = (error: SyncError): void => {
        abortContext(slot.context, error)
        onLost(error)
      }
      const slot = {
        endsAt: Infinity,
        context: callContext(name, 1, timeoutMs),
        lose,
        runOut: () => lose(timedOut(place)),
      }
      slots.add(slot)
      watchdog.watch(slot)
      return slot
    },
    begin(slot) {
      const now = clock.monotonic()
      const left = Math.min(timeoutMs, deliverUntil - now)
      if (slot.context.timeoutMs !== left || isTouched(slot.context)) slot.context = callContext(name, 1, left)
      slot.endsAt = now + timeoutMs
      watchdog.expect(slot.endsAt)
      return slot.context
    },
    end(slot) {
      slot.endsAt = Infinity
      return watchdog.isWatching(slot)
    },
    close: watchdog.release,
  }
}
