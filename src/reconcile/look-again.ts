import type { ItemKey } from '../core/key.ts'
import { TargetUnavailableError } from '../errors.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'
import type { SourceTable } from '../ports/table.ts'
import type { CallContext } from '../ports/target.ts'
import type { Invocation } from '../runtime/invocation.ts'
import type { Sync } from '../runtime/sync.ts'
import { askAt, type Ask, tablePlace } from './ask.ts'
import { rowsAt } from './reading/rows-at.ts'
import { rowOf, type Row } from './reading/row.ts'
import type { Settings, Warehouse } from './settings.ts'

/** What a place holds now under some keys, or why that is not known. */
export type Look =
  | { readonly rows: ReadonlyMap<string, Row>; readonly error?: undefined }
  | { readonly error: unknown; readonly rows?: undefined }

const tableChunk = 100
const warehouseChunk = 25 // small: a place that is asked key by key answers all of a chunk, or nothing

/** The table's rows, strongly consistent. */
export function lookAtTable<Item>(
  table: SourceTable,
  keys: readonly ItemKey[],
  { sync }: Settings<Item>,
  invocation: Invocation,
): Promise<Look> {
  const ask = askAt(tablePlace, sync, invocation)
  return readChunks('table', keys, tableChunk, ask, sync, (chunk, context) => table.read(chunk, context))
}

/** Whether a warehouse can be looked at a second time. */
export function canLookAgain<Item>({ route }: Warehouse<Item>): boolean {
  return route?.target.read !== undefined || route?.target.snapshot !== undefined
}

/** What a warehouse holds now: by its `read`, else its target's snapshot, opened anew. */
export async function lookAtWarehouse<Item>(
  { route, name }: Warehouse<Item>,
  keys: readonly ItemKey[],
  { sync, pageTimeoutMs }: Settings<Item>,
  invocation: Invocation,
): Promise<Look> {
  if (route?.target.read) {
    const { read } = route.target
    const ask = askAt(route, sync, invocation)
    return readChunks(name, keys, warehouseChunk, ask, sync, (chunk, context) =>
      read.call(route.target, chunk, context),
    )
  }
  if (!route?.target.snapshot) return { error: new Error(`"${name}" cannot be looked at again.`) }
  const wanted = new Set(keys.map(({ key }) => key))
  const place = { place: name, keyNames: sync.keyNames }
  return rowsAt(route.target.snapshot(), place, wanted, { invocation, pageTimeoutMs })
}

type ReadChunk = (keys: readonly ItemKey[], context: CallContext) => Promise<readonly SnapshotEntry[]>

async function readChunks<Item>(
  place: string,
  keys: readonly ItemKey[],
  size: number,
  ask: Ask,
  { keyNames }: Sync<Item>,
  read: ReadChunk,
): Promise<Look> {
  const rows = new Map<string, Row>()
  for (let start = 0; start < keys.length; start += size) {
    const chunk = keys.slice(start, start + size)
    const { value, error } = await ask(async (context) =>
      answeredRows(await read(chunk, context), chunk, { place, keyNames }),
    )
    if (error) return { error }
    for (const row of value) rows.set(row.key, row)
  }
  return { rows }
}

/** What a place answered, if it is rows of the keys asked for. Anything else does not say what the place holds: not even that it holds nothing. */
function answeredRows(
  answer: unknown,
  chunk: readonly ItemKey[],
  reading: Parameters<typeof rowOf>[1],
): readonly Row[] {
  const { place } = reading
  if (!Array.isArray(answer)) throw new TargetUnavailableError(`"${place}" answered a read with no array of rows.`)
  const asked = new Set(chunk.map(({ key }) => key))
  const rows = answer.map((entry: SnapshotEntry) => rowOf(entry, reading)) // or anything: it is looked at
  if (rows.some(({ key }) => !asked.has(key)))
    throw new TargetUnavailableError(`"${place}" answered a read with a row that nobody asked for.`)
  return rows
}
