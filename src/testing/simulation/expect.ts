import { canonicalText } from '../../core/canonical.ts'
import type { Sync } from '../../runtime/sync.ts'
import { keyText } from '../../core/key.ts'
import { ConfigError } from '../../errors.ts'
import type { Snapshot } from '../../ports/snapshot.ts'
import { rowsOf } from '../rows-of.ts'
import type { Played } from './cast.ts'
import type { Row } from './source.ts'
import { messageOf, type World } from './world.ts'

/** P3: each target that can be read holds exactly the table's state of the items routed to it. Answers what differs. */
export async function differences<Item>(
  { sync, itemOf }: Played<Item>,
  { table, needsReconcile }: World,
): Promise<readonly string[]> {
  const found: string[] = []
  const lastWrites = new Map(table.writes.map((write) => [write.key, write]))
  const invalid = new Set(table.writes.filter(({ row }) => row && itemOf(row) === undefined).map(({ key }) => key))
  for (const { name, target, accepts, guarded, onUnavailable } of sync.routes) {
    if (!target.snapshot || (!guarded && onUnavailable === 'park')) continue // nothing is promised there
    const { rows } = await readWhole(name, () => target.snapshot?.())
    const held = new Map(
      rows.filter(({ removed }) => !removed).map((row) => [row.key ?? keyText(sync.keyNames, row.item), row.item]),
    )
    for (const key of new Set([...table.keys(), ...held.keys()])) {
      const row = table.rows().get(key)
      const item = itemOf(row)
      if (row && item === undefined) continue // present, invalid: whatever was there before may stand
      if (!guarded && invalid.has(key)) continue // its poison letter may have overtaken: outside of the promise
      const expected = item !== undefined && (accepts?.(item) ?? true) ? partOf(item, sync) : undefined
      // Where a time to live is ignored, what it left cannot be told from an orphan, which therefore stays.
      const mayStay = sync.ttl === 'ignore' && (needsReconcile || (!row && lastWrites.get(key)?.expired === true))
      if (mayStay && expected === undefined) continue
      const actual = held.has(key) ? partOf(held.get(key), sync) : undefined
      if (canonicalText(actual) !== canonicalText(expected))
        found.push(`${name} holds ${textOf(actual)} as ${key}, the table says ${textOf(expected)}`)
    }
  }
  return found
}

/** Why a run cannot begin: what its warehouses hold is of no write. */
export async function notEmpty<Item>({ sync }: Played<Item>): Promise<{ readonly error: ConfigError } | undefined> {
  for (const { name, target } of sync.routes) {
    const { rows } = await readWhole(name, () => target.snapshot?.()).catch(() => ({ rows: [] })) // told at the end
    if (rows.length > 0)
      return {
        error: new ConfigError(
          `targets.${name}`,
          `holds ${String(rows.length)} row${rows.length === 1 ? '' : 's'} before the run begins. Make it within "create", with nothing in it.`,
        ),
      }
  }
  return undefined
}

async function readWhole(name: string, open: () => Snapshot | undefined): ReturnType<typeof rowsOf> {
  try {
    const snapshot = open()
    return snapshot ? await rowsOf(snapshot) : { rows: [], summary: undefined }
  } catch (cause) {
    throw new Error(`targets.${name}: its snapshot cannot be read: ${messageOf(cause)}`, { cause })
  }
}

/** What warehouses care about. */
function partOf<Item>(item: unknown, { item: { fields, key } }: Sync<Item>): unknown {
  if (!fields) return item
  const row = item as Row // an item has attributes
  return Object.fromEntries([...key, ...fields].flatMap((name) => (name ? [[name, row[name]]] : [])))
}

function textOf(item: unknown): string {
  return item === undefined ? 'nothing' : canonicalText(item)
}
