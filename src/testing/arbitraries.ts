import fc from 'fast-check'
import { changeId, type Change } from '../core/change.ts'
import type { ItemDefinition } from '../core/item.ts'
import { itemKey, keyNames, keyOf, type ItemKey } from '../core/key.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { compareVersions, paddedSequence, streamPrefix } from '../core/version.ts'
import type { Fault } from './faults.ts'
import { streamRecord } from './stream-record.ts'

/** What can happen to a sync, drawn from a team's own items. */
export interface Arbitraries<Item> {
  readonly change: fc.Arbitrary<Change<Item>>
  /** Changes of one item, oldest first. */
  readonly lane: fc.Arbitrary<readonly Change<Item>[]>
  /** A consistent history: an item is inserted, modified and removed in this order, under growing sequence numbers. */
  readonly event: fc.Arbitrary<{ Records: StreamRecord[] }>
  readonly faults: fc.Arbitrary<readonly Fault[]>
  /** Rows with different keys. */
  readonly snapshot: fc.Arbitrary<readonly Item[]>
}

export function arbitraries<Item>(item: ItemDefinition<Item>, items: fc.Arbitrary<NoInfer<Item>>): Arbitraries<Item> {
  const keyed = withKey(item, items)
  return {
    change: sameKeyChanges(item, items, 1).map(([change]) => change as Change<Item>), // it is a list of one
    lane: fc
      .integer({ min: 1, max: 6 })
      .chain((count) => sameKeyChanges(item, items, count))
      .map((changes) => [...changes].sort((a, b) => compareVersions(a.version, b.version))),
    event: fc
      .array(fc.tuple(keyed, fc.boolean()), { minLength: 1, maxLength: 12 })
      .map((writes) => history(item, writes)),
    faults: fc.array(fault, { maxLength: 6 }),
    snapshot: fc.uniqueArray(keyed, { selector: (row) => keyOf(item, row), maxLength: 20 }),
  }
}

/** Changes of one item in no order, versions tied now and then. */
export function sameKeyChanges<Item>(
  item: ItemDefinition<Item>,
  items: fc.Arbitrary<Item>,
  count: number,
): fc.Arbitrary<readonly Change<Item>[]> {
  const states = fc.array(fc.tuple(withKey(item, items), fc.integer({ min: 1, max: 5 }), fc.boolean()), {
    minLength: count,
    maxLength: count,
  })
  return states.map((drawn) => {
    const key = itemKey(keyNames(item), drawn[0]?.[0] ?? {})
    return drawn.map(([state, sequence, removed]) => change(key, state, sequence, removed))
  })
}

const createdAt = new Date('2026-03-01T10:00:00.000Z')
const prefix = streamPrefix(0, '2026-03-01T00:00:00.000')

function change<Item>({ key, keyAttributes }: ItemKey, state: Item, sequence: number, removed: boolean): Change<Item> {
  const version = `${prefix}${paddedSequence(String(sequence))}`
  const changedAt = new Date(createdAt.getTime() + sequence * 1_000)
  const facts = { id: changeId(key, version), key, keyAttributes, version, changedAt }
  return removed ? { type: 'removal', ...facts } : { type: 'upsert', ...facts, item: { ...state, ...keyAttributes } }
}

/** Drawn items whose key the table could hold. */
function withKey<Item>(item: ItemDefinition<Item>, items: fc.Arbitrary<Item>): fc.Arbitrary<Item> {
  return items.filter((row) => {
    try {
      return keyOf(item, row) !== ''
    } catch {
      return false
    }
  })
}

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>('none', 'unavailable', 'rejected', 'answerLost'),
  fc.nat(500).map((delayMs) => ({ delayMs })),
  fc.nat(500).map((retryAfterMs) => ({ retryAfterMs })),
)

function history<Item>(
  item: ItemDefinition<Item>,
  writes: readonly (readonly [Item, boolean])[],
): { Records: StreamRecord[] } {
  const table = new Map<string, object>()
  const key = keyNames(item)
  const records: StreamRecord[] = []
  for (const [row, removes] of writes) {
    const image = row as object // rows have attributes
    const text = keyOf(item, row)
    const oldImage = table.get(text)
    if (removes && oldImage) {
      records.push(streamRecord({ oldImage, key }))
      table.delete(text)
    } else {
      records.push(streamRecord({ newImage: image, oldImage, key }))
      table.set(text, image)
    }
  }
  return { Records: records }
}
