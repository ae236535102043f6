import type { SyncError } from '../errors.ts'
import type { CallContext } from '../ports/target.ts'
import { outOfTime, timedOut } from './attempts.ts'
import { abortContext, callContext, isTouched, timeLeft } from './call-context.ts'
import type { Invocation } from './invocation.ts'
import type { Watched } from './watchdog.ts'

/** A worker's place for one first call at a time, made directly: without a promise, timer or controller of its own. */
export interface Slot<Call> {
  call: Call | undefined
  /** On the monotonic clock; `Infinity` between calls. */
  endsAt: number
  /** Its call was given up: an answer comes too late, and somebody else goes on. */
  lost: boolean
  context: CallContext | undefined
}

/** Slots of one place, watched as one. */
export interface Slots<Call> {
  readonly open: () => Slot<Call>
  /** Starts a call; answers what it may know: a new one only where the last one's signal was asked for. */
  readonly begin: (slot: Slot<Call>, call: Call, now: number) => CallContext
}

export function slotsAt<Call>(
  place: { readonly name: string; readonly timeoutMs: number },
  { cut, watchdog, clock, deliverUntil }: Invocation,
  onLost: (call: Call, error: SyncError) => void,
): Slots<Call> {
  const { name, timeoutMs } = place
  let slots: Slot<Call>[] = []

  function loseUntil(until: number, error: () => SyncError): void {
    for (const slot of slots) {
      const { call, context, endsAt } = slot
      if (endsAt > until || endsAt === Infinity || slot.lost || call === undefined) continue
      slot.lost = true
      const reason = error()
      if (context) abortContext(context, reason)
      onLost(call, reason)
    }
    slots = slots.filter(({ lost }) => !lost)
  }
  const watched: Watched = {
    endsAt() {
      let first = Infinity
      for (const { endsAt, lost } of slots) if (!lost && endsAt < first) first = endsAt
      return first
    },
    runOut() {
      loseUntil(clock.monotonic(), () => timedOut(place))
      watchdog.watch(watched)
    },
  }
  watchdog.watch(watched)
  cut.onEnd(() => loseUntil(Infinity, () => outOfTime(name)))
  return {
    open() {
      const slot = { call: undefined, endsAt: Infinity, lost: false, context: undefined }
      slots.push(slot)
      return slot
    },
    begin(slot, call, now) {
      const left = timeLeft(timeoutMs, deliverUntil - now)
      slot.call = call
      slot.endsAt = now + timeoutMs
      watchdog.expect(slot.endsAt)
      const { context } = slot
      if (context?.timeoutMs === left && !isTouched(context)) return context
      return (slot.context = callContext(name, 1, left))
    },
  }
}
