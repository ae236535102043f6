import type { CallContext } from '../ports/target.ts'
import type { SyncError } from '../errors.ts'
import { outOfTime, timedOut } from './attempts.ts'
import { abortContext, callContext, isTouched } from './call-context.ts'
import type { Invocation } from './invocation.ts'

/** A worker's place for one first call at a time, made directly: without a promise, timer or controller of its own. */
export interface Slot {
  /** What the call may know; a new one only where the last one's signal was asked for. */
  readonly begin: () => CallContext
  /** False: the call was given up meanwhile, its answer comes too late and somebody else went on. */
  readonly end: () => boolean
}

interface Busy {
  endsAt: number
  context: CallContext
  readonly onLost: (error: SyncError) => void
}

/** Slots of one place, watched by one timer for all of them. */
export function slotsAt(
  place: { readonly name: string; readonly timeoutMs: number },
  { clock, cut, over, deliverUntil }: Invocation,
): { readonly open: (onLost: (error: SyncError) => void) => Slot } {
  const slots = new Set<Busy>()
  let watching: Promise<void> | undefined

  function lose(slot: Busy, error: SyncError): void {
    slots.delete(slot)
    abortContext(slot.context, error)
    slot.onLost(error)
  }
  async function watch(): Promise<void> {
    for (;;) {
      const next = earliest(slots)
      if (next === Infinity || over.aborted) break
      await clock.sleep(Math.max(0, next - clock.monotonic()), over).catch(() => undefined)
      const now = clock.monotonic()
      for (const slot of [...slots]) if (slot.endsAt <= now) lose(slot, timedOut(place))
    }
    watching = undefined
  }
  cut.addEventListener(
    'abort',
    () => {
      for (const slot of [...slots]) if (slot.endsAt !== Infinity) lose(slot, outOfTime(place.name))
    },
    { once: true },
  )

  return {
    open(onLost) {
      const slot: Busy = { endsAt: Infinity, context: callContext(place.name, 1, place.timeoutMs), onLost }
      slots.add(slot)
      return {
        begin() {
          const now = clock.monotonic()
          const timeoutMs = Math.min(place.timeoutMs, deliverUntil - now)
          slot.endsAt = now + place.timeoutMs
          if (slot.context.timeoutMs !== timeoutMs || isTouched(slot.context))
            slot.context = callContext(place.name, 1, timeoutMs)
          watching ??= watch()
          return slot.context
        },
        end() {
          slot.endsAt = Infinity
          return slots.has(slot)
        },
      }
    },
  }
}

function earliest(slots: ReadonlySet<Busy>): number {
  let first = Infinity
  for (const { endsAt } of slots) if (endsAt < first) first = endsAt
  return first
}
