import fc from 'fast-check'
import { changeId, type Change } from '../core/change.ts'
import type { ItemDefinition } from '../core/item.ts'
import { compareKeys } from '../core/key-order.ts'
import { itemKey, keyNames, keyOf, type ItemKey } from '../core/key.ts'
import type { StreamRecord } from '../core/stream-record.ts'
import { compareVersions } from '../core/version.ts'
import type { Fault } from './faults.ts'
import { history } from './history.ts'
import { withKey } from './item-keys.ts'
import { versionAttributes, type VersionAttributes } from './version-attributes.ts'
import { testVersion } from './test-versions.ts'

/** What can happen to a sync, drawn from a team's own items. The same seed of fast-check draws equal values. */
export interface Arbitraries<Item> {
  readonly change: fc.Arbitrary<Change<Item>>
  /** Changes of one item, oldest first. */
  readonly lane: fc.Arbitrary<readonly Change<Item>[]>
  /** Changes of different items, sorted by key in UTF-8 byte order: what one call of `applyBatch` gets. */
  readonly batch: fc.Arbitrary<readonly Change<Item>[]>
  /**
   * A consistent history: an item is inserted, modified and removed in this order, under growing sequence numbers. Where
   * an attribute is the version, it never falls.
   */
  readonly event: fc.Arbitrary<{ Records: StreamRecord[] }>
  /** Of every kind. `hang` lasts until the attempt's time is up: use it with a manual clock. */
  readonly faults: fc.Arbitrary<readonly Fault[]>
  /** Rows with different keys. */
  readonly snapshot: fc.Arbitrary<readonly Item[]>
}

/**
 * Arbitraries of one item, for property tests of one's own rules and targets. Items whose key a table could not hold are
 * not drawn. With `version: { attribute }` the versions are made of that attribute of the drawn items.
 *
 * @throws ConfigError, when a value is drawn, for a version attribute that makes no version, or none of one length.
 */
export function arbitraries<Item>(item: ItemDefinition<Item>, items: fc.Arbitrary<NoInfer<Item>>): Arbitraries<Item> {
  const keyed = withKey(item, items)
  const oneChange = sameKeyChanges(item, items, 1).map(([change]) => change as Change<Item>) // it is a list of one
  return {
    change: oneChange,
    lane: fc
      .integer({ min: 1, max: 6 })
      .chain((count) => sameKeyChanges(item, items, count))
      .map((changes) => [...changes].sort((a, b) => compareVersions(a.version, b.version))),
    batch: fc
      .uniqueArray(oneChange, { selector: ({ key }) => key, minLength: 1, maxLength: 20 })
      .map((changes) => [...changes].sort((a, b) => compareKeys(a.key, b.key))),
    event: history(item, keyed),
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
  const facts = { state: withKey(item, items), sequence: fc.integer({ min: 1, max: 5 }), removed: fc.boolean() }
  const drawn = fc.record({ ...facts, tied: fc.boolean() })
  const attributes = versionAttributes(item)
  return fc.array(drawn, { minLength: count, maxLength: count }).map((states) => {
    const first = states[0]?.state
    const key = itemKey(keyNames(item), first ?? {})
    return states.map(({ state, tied, ...at }) =>
      change(key, tied && first !== undefined ? attributes.tied(state, first) : state, at, { item, attributes }),
    )
  })
}

const createdAt = new Date('2026-03-01T10:00:00.000Z')

function change<Item>(
  { key, keyAttributes }: ItemKey,
  state: Item,
  { sequence, removed }: { readonly sequence: number; readonly removed: boolean },
  { item, attributes }: { readonly item: ItemDefinition<Item>; readonly attributes: VersionAttributes<Item> },
): Change<Item> {
  const version = testVersion(item, { sequence: BigInt(sequence), attribute: attributes.textOf(state) })
  const changedAt = new Date(createdAt.getTime() + sequence * 1_000)
  const facts = { id: changeId(key, version), key, keyAttributes, version, changedAt }
  return removed ? { type: 'removal', ...facts } : { type: 'upsert', ...facts, item: { ...state, ...keyAttributes } }
}

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>('none', 'unavailable', 'rejected', 'answerLost', 'hang'),
  fc.nat(500).map((delayMs) => ({ delayMs })),
  fc.nat(500).map((retryAfterMs) => ({ retryAfterMs })),
)
