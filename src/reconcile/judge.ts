import type { Change } from '../core/change.ts'
import { diff } from '../core/diff.ts'
import type { KeyAttribute } from '../core/key.ts'
import { attributePart, lowestVersion } from '../core/version.ts'
import { isSyncError } from '../errors.ts'
import type { Row } from './reading/row.ts'
import type { Settings, Warehouse } from './settings.ts'
import { expectedItem, versionIn, type TableState } from './source.ts'
import type { Found } from './tally.ts'

/** The state that a repair would write. */
export type Repair<Item> = { readonly type: 'upsert'; readonly item: Item } | { readonly type: 'removal' }

/** One key at one warehouse, as both sides have it. */
export interface Pair<Item> {
  readonly warehouse: Warehouse<Item>
  readonly key: string
  readonly keyAttributes: Readonly<Record<string, KeyAttribute>>
  /** Which sides showed it at the first look. */
  readonly found: Found
  readonly state: TableState<Item>
  /** What the table said at the first look, where this is the second. */
  readonly firstState?: TableState<Item> | undefined
  /** A tombstone included. */
  readonly held: Row | undefined
}

/** A pair that differs. */
export interface Difference<Item> extends Pair<Item> {
  readonly kind: 'missing' | 'mismatch' | 'orphan'
  readonly expected: Item | undefined
  /** Undefined: nothing is to be written, by the rules. */
  readonly repair: Repair<Item> | undefined
}

/** What differs, and what would mend it. A row that fails the schema is present and differs from nothing. */
export function judge<Item>(pair: Pair<Item>, settings: Settings<Item>): Difference<Item> | undefined {
  const { warehouse, state, held } = pair
  if (state.status === 'invalid') return undefined
  const expected = expectedItem(state, warehouse)
  const kind = diff(expected, heldItem<Item>(held), settings.same)
  if (kind === undefined || (kind === 'orphan' && isZeroed(held, settings))) return undefined
  return { ...pair, kind, expected, repair: repairOf({ ...pair, expected }, settings) }
}

/** A warehouse's row, taken as it is; undefined for a tombstone. */
export function heldItem<Item>(held: Row | undefined): Partial<Item> | undefined {
  return held && !held.removed ? (held.item as Partial<Item>) : undefined
}

function isZeroed<Item>(held: Row | undefined, { orphans, quantityOf }: Settings<Item>): boolean {
  const item = heldItem<Item>(held)
  return orphans === 'zero' && item !== undefined && quantityOf(item) == 0
}

type Judged<Item> = Pair<Item> & { readonly expected: Item | undefined }

function repairOf<Item>(judged: Judged<Item>, settings: Settings<Item>): Repair<Item> | undefined {
  const { expected, held, warehouse } = judged
  const standing = standingState(judged, settings)
  if (standing === 'held') return undefined
  const item = standing === 'table' ? expected : standing.item
  if (item === undefined) return orphanRepair(judged, settings)
  const own = heldItem<Item>(held)
  if (standing !== 'table' && ((own && settings.same(item, own)) || warehouse.accepts?.(item) === false))
    return undefined
  return { type: 'upsert', item }
}

function orphanRepair<Item>({ held }: Judged<Item>, { orphans }: Settings<Item>): Repair<Item> | undefined {
  const item = heldItem<Item>(held)
  if (item === undefined || orphans === 'report') return undefined
  if (orphans === 'remove') return { type: 'removal' }
  return { type: 'upsert', item: { ...item, quantity: 0 } as unknown as Item } // a warehouse's row, as it gave it
}

/** Whose state stands. Only epoch and attribute count; the table wins ties, and against a row never seen. */
function standingState<Item>(judged: Judged<Item>, settings: Settings<Item>): 'table' | 'held' | Change<Item> {
  const { held, expected, state } = judged
  if (!settings.rule || !held) return 'table'
  const tableVersion = (state.status === 'held' ? state.version : undefined) ?? lowestVersion
  const heldVersion = heldPart(judged, held, settings)
  if (tableVersion === heldVersion) return 'table'
  const table = asChange(judged, tableVersion, expected)
  const other = asChange(judged, heldVersion, heldItem<Item>(held) as Item | undefined) // as the warehouse gave it
  const standing = settings.rule(table, other)
  return standing === table ? 'table' : standing === other ? 'held' : standing
}

function heldPart<Item>({ warehouse }: Judged<Item>, held: Row, settings: Settings<Item>): string {
  if (held.version !== undefined) return attributePart(held.version) || lowestVersion
  if ('pages' in warehouse.snapshot) return lowestVersion
  try {
    return versionIn(held.item, settings) ?? lowestVersion // plain rows: their own values decide
  } catch (error) {
    if (isSyncError(error, 'RECORD_UNDECODABLE')) return lowestVersion
    throw error
  }
}

function asChange<Item>({ key, keyAttributes }: Judged<Item>, version: string, item: Item | undefined): Change<Item> {
  const facts = { id: `${key}#${version}`, key, keyAttributes, version, changedAt: new Date(0) }
  return item === undefined ? { ...facts, type: 'removal' } : { ...facts, type: 'upsert', item }
}
