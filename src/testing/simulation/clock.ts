import type { Clock } from '../../ports/clock.ts'
import { defaultStart } from '../stream-record.ts'

/** Time of a simulated world: it moves from event to event, as soon as nothing else is left to run. */
export interface WorldClock extends Clock {
  /**
   * Runs the world until the work is done, or `isOver` says that nobody needs its end.
   *
   * @throws StuckError when nothing is left that could end it.
   */
  readonly runUntil: (work: Promise<void>, isOver?: () => boolean) => Promise<void>
  /** How many have passed. */
  readonly events: () => number
}

/** Something waits for ever, or never comes to an end. */
export class StuckError extends Error {}

interface Sleeper {
  readonly at: number
  /** Orders sleepers of one time, by chance. */
  readonly tie: number
  readonly wake: () => void
  over: boolean
}

const immediate = setImmediate // the real one, whatever a test puts in its place later

/** Lets everything run that is ready. */
export function turn(): Promise<void> {
  return new Promise((resolve) => immediate(() => resolve()))
}
/** A run has some thousands. More: it goes round in circles. */
const mostEvents = 60_000

/** What happens at one time happens in an order drawn from `random`. */
export function worldClock(random: () => number): WorldClock {
  const start = defaultStart.getTime()
  const sleepers: Sleeper[] = [] // a heap, the next one first
  let passed = 0
  let events = 0

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve()
        return
      }
      const sleeper: Sleeper = { at: passed + (ms > 0 ? ms : 0), tie: random(), wake, over: false }
      function wake(): void {
        if (sleeper.over) return
        sleeper.over = true
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      signal?.addEventListener('abort', wake, { once: true })
      if (ms !== Infinity) push(sleepers, sleeper)
    })
  }

  async function runUntil(work: Promise<void>, isOver = (): boolean => false): Promise<void> {
    let done = false
    const isDone = (): boolean => done
    const finish = (): void => {
      done = true
    }
    work.then(finish, finish)
    for (; ; events++) {
      await turn()
      if (isDone()) return work
      if (isOver()) return
      const next = popLiving(sleepers)
      if (!next) throw stuck()
      if (events > mostEvents)
        throw new StuckError(`The run goes on for ever: ${String(mostEvents)} events have passed.`)
      passed = next.at
      next.wake()
    }
  }

  return { now: () => start + passed, monotonic: () => passed, sleep, runUntil, events: () => events }
}

function stuck(): StuckError {
  return new StuckError(
    'Something waits for what is not the clock of the run: a real timer, a file, a socket, or an answer that never comes.',
  )
}

/** Those that were woken early stay in the heap until their time; nobody waits for them. */
function popLiving(heap: Sleeper[]): Sleeper | undefined {
  for (let next = pop(heap); next; next = pop(heap)) if (!next.over) return next
  return undefined
}

function isBefore(a: Sleeper, b: Sleeper): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie)
}

function push(heap: Sleeper[], one: Sleeper): void {
  let at = heap.push(one) - 1
  for (let parent = (at - 1) >> 1; at > 0; at = parent, parent = (at - 1) >> 1) {
    const above = heap[parent]
    if (!above || !isBefore(one, above)) break
    heap[at] = above
    heap[parent] = one
  }
}

function pop(heap: Sleeper[]): Sleeper | undefined {
  const [first] = heap
  const last = heap.pop()
  if (!last || heap.length === 0) return first
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const [a, b] = [heap[left], heap[left + 1]]
    const child = a && b && isBefore(b, a) ? left + 1 : left
    const below = heap[child]
    if (!below || !isBefore(below, last)) break
    heap[at] = below
    at = child
  }
  heap[at] = last
  return first
}
