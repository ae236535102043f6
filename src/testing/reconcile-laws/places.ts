import fc from 'fast-check'
import { attributeVersion } from '../../core/attribute-version.ts'
import { changeId, type Change } from '../../core/change.ts'
import type { ItemDefinition } from '../../core/item.ts'
import { itemKey, keyNames, keyOf } from '../../core/key.ts'
import type { ReconcileRules, SnapshotLike } from '../../reconcile/options.ts'
import { reconcile } from '../../reconcile/reconcile.ts'
import type { ReconcileReport, WarehouseReport } from '../../reconcile/report.ts'
import { callContext } from '../../runtime/call-context.ts'
import { withKey, withKeyOf } from '../item-keys.ts'
import { manualClock } from '../manual-clock.ts'
import { memoryTarget, type MemoryTarget } from '../memory-target.ts'
import { testVersion } from '../test-versions.ts'

/** The rules under test, and what they are tried on. */
export interface Tried<Item> extends Pick<ReconcileRules<Item>, 'compare' | 'authority'> {
  readonly item: ItemDefinition<Item>
  readonly items: fc.Arbitrary<Item>
}

type Orphans = NonNullable<ReconcileRules<never>['orphans']>

/** One table and one warehouse, before a run. */
export interface Places<Item> {
  readonly table: readonly Item[]
  /** What the warehouse took, tombstones included: one change of each key. */
  readonly held: readonly Change<Item>[]
  readonly orphans: Orphans
}

/** Rows at either place or at both, equal, different, or a tombstone at the warehouse. */
export function places<Item>({ item, items }: Tried<Item>): fc.Arbitrary<Places<Item>> {
  const rows = withKey(item, items)
  const kind = fc.constantFrom('table', 'warehouse', 'equal', 'different', 'tombstone', 'removed')
  // 'zero' writes the attribute `quantity`, which a quantity of one's own may not be
  const orphans = fc.constantFrom<Orphans>('report', 'remove', ...(item.quantity ? [] : (['zero'] as const)))
  const drawn = fc.record({ row: rows, other: rows, kind, sequence: fc.integer({ min: 1, max: 9 }) })
  const keys = { selector: ({ row }: { readonly row: Item }) => keyOf(item, row), minLength: 1, maxLength: 10 }
  return fc.record({ drawn: fc.uniqueArray(drawn, keys), orphans }).map(({ drawn: all, orphans: left }) => ({
    orphans: left,
    table: all.filter(({ kind: at }) => at !== 'warehouse' && at !== 'removed').map(({ row }) => row),
    held: all.flatMap(({ row, other, kind: at, sequence }) => {
      if (at === 'table') return []
      const state = at === 'different' || at === 'tombstone' ? withKeyOf(item, other, row) : row
      return [heldAs(item, state, { sequence, removed: at === 'tombstone' || at === 'removed' })]
    }),
  }))
}

function heldAs<Item>(
  item: ItemDefinition<Item>,
  state: Item,
  { sequence, removed }: { readonly sequence: number; readonly removed: boolean },
): Change<Item> {
  const key = itemKey(keyNames(item), state as Readonly<Record<string, unknown>>) // an item is an object with attributes
  const version = testVersion(item, { sequence: BigInt(sequence), attribute: attributeOf(item, state) })
  const facts = { ...key, id: changeId(key.key, version), version, changedAt: new Date(0) }
  return removed ? { ...facts, type: 'removal' } : { ...facts, type: 'upsert', item: state }
}

/** As reconcile reads it off a row that is an item already. */
function attributeOf<Item>({ version }: ItemDefinition<Item>, state: Item): string | undefined {
  if (typeof version !== 'object') return undefined
  return attributeVersion(state[version.attribute], version.attribute).text
}

/** What a run may be told beyond the rules under test. */
type RunOptions<Item> = Partial<Pick<ReconcileRules<Item>, 'maxRepairs' | 'maxRepairRatio'>> & {
  readonly mode: 'plan' | 'apply'
  /** Instead of all rows. */
  readonly source?: SnapshotLike<Item>
  readonly warehouse?: SnapshotLike<Item>
}

/** The places of one run, at a time of their own. */
export interface OpenPlaces<Item> {
  readonly east: MemoryTarget<Item>
  /** What runs wrote, by key. */
  readonly written: () => readonly string[]
  readonly run: (options: RunOptions<Item>) => Promise<{
    readonly report: ReconcileReport<Item>
    readonly east: WarehouseReport
  }>
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Fills a warehouse in memory. Nothing waits for real time. */
export async function openPlaces<Item>(
  { item, compare, authority }: Tried<Item>,
  { table, held, orphans }: Places<Item>,
): Promise<OpenPlaces<Item>> {
  const clock = manualClock()
  const east = memoryTarget<Item>({ clock })
  for (const change of held) await east.apply(change, callContext('east', 1, 0))
  const sync = { item, compare, authority, orphans, clock, logger: silent, random: () => 0.5, targets: { east } }
  return {
    east,
    written: () =>
      east
        .changes()
        .slice(held.length)
        .map(({ key }) => key),
    run: async ({ source = table, warehouse = east.snapshot(), ...more }) => {
      const rules = { ...sync, maxRepairRatio: 1, ...more }
      const report = await clock.settle(reconcile<Item, 'east'>({ source, warehouses: { east: warehouse } }, rules))
      return { report, east: report.warehouses.east }
    },
  }
}
