import { compareKeys } from '../core/key-order.ts'
import { heldItem, judge, type Pair } from './judge.ts'
import type { ReadRows, Row } from './read-snapshot.ts'
import type { Drift, Tally } from './report.ts'
import type { Settings, Warehouse } from './settings.ts'
import { expectedItem, tableState, type TableState } from './source.ts'

/** The source by key. */
export interface Source<Item> {
  readonly rows: ReadonlyMap<string, { readonly row: Row; readonly state: TableState<Item> }>
  readonly duplicates: ReadonlySet<string>
  readonly complete: boolean
}

/** A warehouse by key. */
export interface Held<Item> {
  readonly warehouse: Warehouse<Item>
  readonly rows: ReadonlyMap<string, Row>
  readonly duplicates: ReadonlySet<string>
  readonly complete: boolean
}

/** What the first pass found. */
export interface Compared<Item> {
  readonly suspects: readonly Pair<Item>[]
  readonly duplicates: readonly Drift<Item>[]
}

export function sourceOf<Item>(
  read: ReadRows,
  isItem: boolean,
  warehouses: readonly Warehouse<Item>[],
  settings: Settings<Item>,
): Source<Item> {
  const { rows, duplicates } = byKey(read.rows)
  const states = new Map<string, { row: Row; state: TableState<Item> }>()
  for (const [key, row] of rows) states.set(key, { row, state: tableState(row, isItem, warehouses, settings) })
  return { rows: states, duplicates, complete: read.complete }
}

export function heldOf<Item>(warehouse: Warehouse<Item>, read: ReadRows): Held<Item> {
  return { warehouse, ...byKey(read.rows), complete: read.complete }
}

function byKey(rows: readonly Row[]): { rows: ReadonlyMap<string, Row>; duplicates: ReadonlySet<string> } {
  const first = new Map<string, Row>()
  const duplicates = new Set<string>()
  for (const row of rows) {
    if (first.has(row.key)) duplicates.add(row.key)
    else first.set(row.key, row)
  }
  return { rows: first, duplicates }
}

/** Compares one warehouse with the source. What an incomplete side does not show is no difference. */
export function compare<Item>(
  source: Source<Item>,
  held: Held<Item>,
  settings: Settings<Item>,
  tally: Tally,
): Compared<Item> {
  const { warehouse, rows } = held
  const suspects: Pair<Item>[] = []
  const duplicates: Drift<Item>[] = []
  tally.complete = held.complete
  for (const row of rows.values()) if (!row.removed) tally.rows++
  const keys = new Set([...source.rows.keys(), ...rows.keys()])
  for (const key of [...keys].sort(compareKeys)) {
    const there = rows.get(key)
    const known = source.rows.get(key)
    if ((!known && !source.complete) || (!there && !held.complete)) continue
    const state: TableState<Item> = known?.state ?? { status: 'absent' }
    const expected = expectedItem(state, warehouse)
    if (expected !== undefined) tally.expected++
    if (expected !== undefined || heldItem(there)) tally.keys++
    if (held.duplicates.has(key) || (source.duplicates.has(key) && (expected !== undefined || there))) {
      if (expected !== undefined) tally.unequal++
      duplicates.push({
        kind: 'duplicate',
        key,
        warehouse: warehouse.name,
        expected,
        held: heldItem<Item>(there),
        units: 0,
      })
      continue
    }
    const row = known?.row ?? there
    if (!row) continue
    const pair = { warehouse, key, keyAttributes: row.keyAttributes, state, held: there }
    if (judge(pair, settings)) suspects.push(pair)
  }
  return { suspects, duplicates }
}
