import { heldItem, judge, type Pair } from './judge.ts'
import { rowOf, type RowsOf } from './reading/row.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'
import type { Drift } from './report.ts'
import type { Settings, Warehouse } from './settings.ts'
import { expectedItem, tableState } from './source.ts'
import type { Found, Tally } from './tally.ts'

/** A key that a place holds more than once. */
export interface Duplicate<Item> {
  readonly drift: Drift<Item>
  readonly found: Found
}

/** One place's row of a key. Absent: it holds none. */
export interface Given {
  readonly entry: SnapshotEntry | undefined
  readonly duplicate: boolean
  /** Whether a row that is absent is known not to be there. */
  readonly isKnown: boolean
}

/** What the first look compares. */
export interface Comparing<Item> {
  readonly warehouses: readonly Warehouse<Item>[]
  readonly tallies: readonly Tally[]
  readonly settings: Settings<Item>
  /** The source's rows are items already, and pass no schema. */
  readonly isItem: boolean
}

/** What one key came to. */
export interface Verdicts<Item> {
  readonly suspects: Pair<Item>[]
  readonly duplicates: Duplicate<Item>[]
  /** Keys of the source whose rows cannot be items. */
  invalid: number
}

/** Compares all places at one key, and enters it into the warehouses' counts. */
export function compareGroup<Item>(
  key: string,
  source: Given,
  held: readonly Given[],
  { warehouses, tallies, settings, isItem }: Comparing<Item>,
  verdicts: Verdicts<Item>,
): void {
  const known = source.entry && rowOf(source.entry, rowsOf('source', settings))
  const state = tableState(known, isItem, warehouses, settings)
  if (state.status === 'invalid') verdicts.invalid++
  for (const [index, { entry, duplicate, isKnown }] of held.entries()) {
    const warehouse = warehouses[index] as Warehouse<Item> // one for each place
    const tally = tallies[index] as Tally
    const there = entry && rowOf(entry, rowsOf(warehouse.name, settings))
    if (there && !there.removed) tally.rows++
    const row = known ?? there
    if (!row) continue
    if ((!known && !source.isKnown) || (!there && !isKnown)) continue
    const found = known && there ? 'both' : known ? 'source' : 'warehouse'
    const pair = { warehouse, key, keyAttributes: row.keyAttributes, found, state, held: there } as const
    const expected = count(pair, tally)
    if (duplicate || (source.duplicate && (expected !== undefined || there))) {
      if (expected !== undefined) tally.parts[found].unequal++
      const drift = { key, warehouse: warehouse.name, expected, held: heldItem<Item>(there), units: 0 }
      verdicts.duplicates.push({ drift: { kind: 'duplicate', ...drift }, found })
    } else if (judge(pair, settings)) verdicts.suspects.push(pair)
  }
}

/** Answers the item that the warehouse should hold. */
function count<Item>({ state, warehouse, held, found }: Pair<Item>, tally: Tally): Item | undefined {
  const expected = expectedItem(state, warehouse)
  const part = tally.parts[found]
  if (expected !== undefined) part.expected++
  if (expected !== undefined || heldItem(held)) part.keys++
  return expected
}

function rowsOf<Item>(place: string, { sync }: Settings<Item>): RowsOf {
  return { place, keyNames: sync.keyNames }
}
