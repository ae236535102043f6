import { setImmediate as nextTurn } from 'node:timers/promises'
import { compareKeys } from '../core/key-order.ts'
import type { Invocation } from '../runtime/invocation.ts'
import { compareGroup, type Comparing, type Given, type Verdicts } from './group.ts'
import { walkEqual, type FirstLook, type Places } from './walk-equal.ts'
import { entryAt, keyAt, load, needsPage, skipDuplicates, type PlaceReader } from './reading/place-reader.ts'

const roundsInATurn = 100

/** What the first look found in a stretch of keys, and how far it came. */
export interface Batch<Item> extends Verdicts<Item> {
  /** The last key that was compared; undefined: none yet. */
  readonly upTo: string | undefined
}

/**
 * Walks through all places at once, key by key, and yields what differs in batches of about `batchPairs`, in the order of
 * keys. It holds no more of a place than two pages. @throws SnapshotError for a place that breaks its order.
 */
export async function* compare<Item>(
  places: Places,
  comparing: Comparing<Item>,
  look: FirstLook,
  { batchPairs, isOver }: { readonly batchPairs: number; readonly isOver: () => boolean },
): AsyncGenerator<Batch<Item>> {
  const all = [places.source, ...places.held]
  let verdicts: Verdicts<Item> = { suspects: [], duplicates: [], invalid: 0 }
  let upTo: string | undefined
  for (let round = 1; !isOver(); round++) {
    // Places that never wait would keep every timer and signal of the process from being heard.
    if (round % roundsInATurn === 0) await nextTurn()
    await Promise.all(all.map(load))
    if (isOver()) break
    if (all.every((reader) => keyAt(reader) === undefined)) {
      look.finished = true
      break
    }
    for (;;) {
      upTo = walkEqual(places, comparing, look) ?? upTo
      if (all.some(needsPage)) break
      const key = takeGroup(places, comparing, verdicts, look)
      if (key === undefined) break
      upTo = key
      if (verdicts.suspects.length + verdicts.duplicates.length >= batchPairs) {
        yield { ...verdicts, upTo }
        verdicts = { suspects: [], duplicates: [], invalid: 0 }
      }
    }
  }
  yield { ...verdicts, upTo }
}

/** Whether the run must stop looking: it was cut, or what is left of its time belongs to the second look and the repairs. */
export function timeToStop({ cut, clock }: Invocation, lookUntil: number): () => boolean {
  return () => cut.hasEnded() || clock.monotonic() >= lookUntil
}

/** Compares the lowest key by itself. Undefined: a page is needed first, or there is no key. */
function takeGroup<Item>(
  { source, held }: Places,
  comparing: Comparing<Item>,
  verdicts: Verdicts<Item>,
  look: FirstLook,
): string | undefined {
  let lowest = keyAt(source)
  for (const reader of held) {
    const key = keyAt(reader)
    if (key !== undefined && (lowest === undefined || compareKeys(key, lowest) < 0)) lowest = key
  }
  if (lowest === undefined) return undefined
  const there = [source, ...held].filter((reader) => keyAt(reader) === lowest)
  for (const reader of there) skipDuplicates(reader)
  if (there.some(needsPage)) return undefined
  if (keyAt(source) === lowest) look.sourceRows++
  compareGroup(
    lowest,
    givenAt(source, lowest),
    held.map((reader) => givenAt(reader, lowest)),
    comparing,
    verdicts,
  )
  for (const reader of there) {
    reader.at++
    reader.duplicate = false
  }
  return lowest
}

function givenAt(reader: PlaceReader, key: string): Given {
  const isThere = keyAt(reader) === key
  return {
    entry: isThere ? entryAt(reader, reader.at) : undefined,
    duplicate: isThere && reader.duplicate,
    isKnown: !reader.ended || reader.complete || isThere,
  }
}
