import type { DeadLetter } from '../core/dead-letter.ts'
import type { DlqSink } from '../ports/dlq.ts'
import { attemptsAt, type Attempts } from './attempts.ts'
import { lettersPerSend, portTimeoutMs, silentSends } from './defaults.ts'
import { ending } from './ending.ts'
import type { Invocation } from './invocation.ts'
import { deliveryLetter, poisonLetter } from './letters.ts'
import type { Delivering, Failed, Poison, Settled, Untouched } from './pipeline.ts'
import type { Sync } from './sync.ts'

/** Parks every failed delivery and every poison record. What the sink refuses stays unresolved, so that Lambda redelivers it. */
export async function settle<Item>(
  delivering: Delivering<Item>,
  sync: Sync<Item>,
  invocation: Invocation,
): Promise<Settled<Item>> {
  const parked: Failed<Item>[] = []
  const unresolved: (Failed<Item> | Untouched<Item>)[] = []
  const poisonParked: Poison[] = []
  const poisonUnresolved: Poison[] = []
  const lots = parkingLots(sync, invocation)

  for (const poison of delivering.poison) {
    const verdict = sync.dlq ? lots.park(sync.dlq, poisonLetter(poison, sync)) : Promise.resolve(false)
    lots.track(verdict.then((ok) => (ok ? poisonParked : poisonUnresolved).push(poison)))
  }
  for await (const outcomes of delivering.outcomes)
    for (const outcome of outcomes) {
      if (outcome.status === 'untouched') unresolved.push(outcome)
      else {
        const letter = outcome.then === 'park' ? deliveryLetter(outcome, sync) : undefined
        const { dlq } = outcome.route
        const verdict = dlq && letter ? lots.park(dlq, letter) : Promise.resolve(false)
        lots.track(verdict.then((ok) => (ok ? parked.push(outcome) : unresolved.push(outcome))))
      }
    }
  await lots.empty()
  // Each by its name: copying an object of so many parts costs as much as a delivery.
  const { identifiers, poison, unread, entries, lanes, regressed, verdicts, runs } = delivering
  return {
    identifiers,
    poison,
    unread,
    entries,
    lanes,
    regressed,
    verdicts,
    runs,
    parked,
    unresolved,
    poisonParked,
    poisonUnresolved,
  }
}

interface ParkingLots {
  /** Whether the sink took the letter. Never rejects. */
  readonly park: (sink: DlqSink, letter: DeadLetter) => Promise<boolean>
  readonly track: (work: Promise<unknown>) => void
  readonly empty: () => Promise<void>
}

/** One queue per sink: while a call is under way, letters gather for the next one. */
function parkingLots<Item>(sync: Sync<Item>, invocation: Invocation): ParkingLots {
  const lots = new Map<DlqSink, (letter: DeadLetter) => Promise<boolean>>()
  const tracked: Promise<unknown>[] = []
  return {
    park(sink, letter) {
      let lot = lots.get(sink)
      if (!lot) lots.set(sink, (lot = parkingLot(sink, sync, invocation)))
      return lot(letter)
    },
    track(work) {
      tracked.push(work)
    },
    async empty() {
      await Promise.all(tracked)
    },
  }
}

function parkingLot<Item>(
  sink: DlqSink,
  sync: Sync<Item>,
  invocation: Invocation,
): (letter: DeadLetter) => Promise<boolean> {
  const { settleUntil, watchdog } = invocation
  const late = ending()
  if (settleUntil !== Infinity) watchdog.watch({ endsAt: () => settleUntil, runOut: late.end })
  const attempts = attemptsAt({ name: 'dlq', timeoutMs: portTimeoutMs }, invocation, settleUntil, late)
  let waiting: { readonly letter: DeadLetter; readonly decide: (ok: boolean) => void }[] = []
  let sending = false
  let silent = 0 // calls in a row without an answer: a sink that hangs must not hold the invocation for all its letters

  async function sendAll(): Promise<void> {
    sending = true
    await Promise.resolve() // lets the letters of one chunk gather
    while (waiting.length > 0) {
      const chunk = waiting.slice(0, lettersPerSend)
      waiting = waiting.slice(lettersPerSend)
      const letters = chunk.map(({ letter }) => letter)
      const taken = silent < silentSends ? await send(sink, letters, attempts, sync) : undefined
      silent = taken ? 0 : silent + 1
      chunk.forEach(({ decide }, index) => decide(taken?.[index] === true))
    }
    sending = false
  }
  return (letter) =>
    new Promise((decide) => {
      waiting.push({ letter, decide })
      if (!sending) void sendAll()
    })
}

async function send<Item>(
  sink: DlqSink,
  letters: readonly DeadLetter[],
  attempts: Attempts,
  sync: Sync<Item>,
): Promise<readonly boolean[] | undefined> {
  const { value, error } = await attempts.run(1, async (context) => {
    const answers: unknown = await sink.send(letters, context)
    // An answer may throw where it is looked at: in here, that is the sink's fault like any other.
    const whole = Array.isArray(answers) && answers.length === letters.length
    return letters.map((_, index) => whole && answers[index] === 'parked')
  })
  const taken = value ?? letters.map(() => false)
  const refused = taken.filter((ok) => !ok).length
  if (refused > 0)
    sync.logger.error(
      `The DLQ refused ${String(refused)} of ${String(letters.length)} letters; Lambda will redeliver their records.`,
      {
        refused,
        letters: letters.length,
        ...(error ? { code: error.code, reason: error.message } : {}),
      },
    )
  return error ? undefined : taken
}
