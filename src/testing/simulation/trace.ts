import { canonicalText } from '../../core/canonical.ts'
import type { Change } from '../../core/change.ts'
import { epochOf, isVersion } from '../../core/version.ts'
import type { DeadLetter } from '../../core/dead-letter.ts'
import type { StreamRecord } from '../../core/stream-record.ts'
import type { Write } from './source.ts'
import { Violation } from './violation.ts'

/** Where a state stands in the order of time: its epoch, then its write. */
export interface Rank {
  readonly epoch: number
  readonly index: number
}

/** What reached each target and the DLQ, and whether it was allowed to. Collects the first violation of all. */
export interface Trace {
  /** Tells which write a record is of, once there is a table. */
  readonly follow: (writeOf: (record: StreamRecord) => Write | undefined) => void
  /** What the function is given: as such it is parked where nobody can read it. */
  readonly delivered: (records: readonly StreamRecord[]) => void
  readonly violation: () => Violation | undefined
  readonly violate: (promise: string, what: string) => void
  /** One call begins; answers what ends it. */
  readonly began: (caller: object, target: string, changes: readonly Change<unknown>[]) => () => void
  /** A target took a change, or told that it holds it or something newer. */
  readonly took: (target: string, guarded: boolean, change: Change<unknown>, answer: unknown) => void
  readonly parked: (letter: DeadLetter) => void
  /** Whether the target, or the DLQ for it, holds this write's state of the key or a newer one. */
  readonly accountsFor: (target: string, key: string, rank: Rank) => boolean
  /** Whether the target itself took it or something newer. */
  readonly reached: (target: string, key: string, rank: Rank) => boolean
  readonly hasPoison: (record: StreamRecord) => boolean
}

export function trace(): Trace {
  let writeOf: (record: StreamRecord) => Write | undefined = () => undefined
  let first: Violation | undefined
  const held = new Map<string, Rank>()
  const reached = new Map<string, Rank>()
  const parked = new Map<string, Rank>()
  const poison = new Set<string>()
  const raw = new Map<string, string>()
  const open = new Map<object, Set<string>>()
  const lastBegun = new WeakMap<object, Map<string, Rank>>()

  function violate(promise: string, what: string): void {
    first ??= new Violation(promise, what)
  }
  function rankOf({ record, version }: Change<unknown>): Rank | undefined {
    const write = record && writeOf(record)
    return write && { epoch: isVersion(version) ? epochOf(version) : 0, index: write.index }
  }
  function raise(ranks: Map<string, Rank>, target: string, key: string, rank: Rank): void {
    const place = `${target} ${key}`
    const before = ranks.get(place)
    if (!before || compare(before, rank) < 0) ranks.set(place, rank)
  }
  function isRaised(ranks: ReadonlyMap<string, Rank>, target: string, key: string, rank: Rank): boolean {
    const known = ranks.get(`${target} ${key}`)
    return known !== undefined && compare(known, rank) >= 0
  }

  return {
    delivered(records) {
      for (const record of records) raw.set(record.eventID ?? '', canonicalText(record))
    },
    follow(of) {
      writeOf = of
    },
    violation: () => first,
    violate,
    began(caller, target, changes) {
      const busy = open.get(caller) ?? new Set()
      const begun = lastBegun.get(caller) ?? new Map<string, Rank>()
      open.set(caller, busy)
      lastBegun.set(caller, begun)
      const places = changes.map(({ key }) => `${target} ${key}`)
      if (new Set(places).size < places.length) violate('P5', `a batch for ${target} holds two changes of one item`)
      changes.forEach((change, index) => {
        const place = places[index] ?? ''
        if (busy.has(place)) violate('P5', `two changes of ${change.key} were under way at ${target} at once`)
        busy.add(place)
        const rank = rankOf(change)
        const before = begun.get(place)
        if (rank && before && compare(rank, before) < 0)
          violate('P5', `${target} got an older change of ${change.key} after a newer one in one invocation`)
        if (rank) begun.set(place, rank)
      })
      return () => {
        for (const place of places) busy.delete(place)
      }
    },
    took(target, guarded, change, answer) {
      const rank = rankOf(change)
      if (!rank) return // a repair: its own version is not of any write
      const place = `${target} ${change.key}`
      const before = held.get(place)
      if (answer === 'applied') {
        if (guarded && before && compare(rank, before) < 0)
          violate(
            'P2',
            `${target} was set back from write ${String(before.index)} of ${change.key} to write ${String(rank.index)}`,
          )
        if (!before || compare(rank, before) > 0) held.set(place, rank)
      }
      if (answer === 'applied' || answer === 'stale' || answer === 'unchanged') raise(reached, target, change.key, rank)
    },
    parked(letter) {
      const record = letter.record as StreamRecord | undefined
      const write = record && writeOf(record)
      if (letter.type === 'poison') {
        poison.add(record?.eventID ?? '')
        if (record && raw.has(record.eventID ?? '') && canonicalText(record) !== raw.get(record.eventID ?? ''))
          violate('P7', `${record.eventID ?? 'a record'} was parked otherwise than it came`)
      } else if (write)
        raise(parked, letter.target, letter.key, {
          epoch: isVersion(letter.version) ? epochOf(letter.version) : 0,
          index: write.index,
        })
    },
    accountsFor: (target, key, rank) => isRaised(reached, target, key, rank) || isRaised(parked, target, key, rank),
    reached: (target, key, rank) => isRaised(reached, target, key, rank),
    hasPoison: ({ eventID }) => poison.has(eventID ?? ''),
  }
}

function compare(a: Rank, b: Rank): number {
  return a.epoch - b.epoch || a.index - b.index
}
