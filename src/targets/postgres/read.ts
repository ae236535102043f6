import type { ItemKey } from '../../core/key.ts'
import { isSyncError, TargetUnavailableError } from '../../errors.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import type { CallContext } from '../../ports/target.ts'
import { entryReader } from '../../postgres/entry.ts'
import { outOfTime } from '../../postgres/in-time.ts'
import { isAboutSchema, unavailable } from '../../postgres/server-error.ts'
import type { Run } from '../../postgres/transaction.ts'
import { callOf } from './call.ts'
import { keyColumns, keyTexts } from './key.ts'
import { layoutOf } from './layout.ts'
import type { PostgresTargetSettings } from './settings.ts'
import type { KnownTable } from './table.ts'
import { lookUp } from './upsert.ts'

const chunkSize = 1_000

/** What the table holds of these keys, tombstones included, each under the key that it was asked for. */
export async function readKeys(
  keys: readonly ItemKey[],
  known: KnownTable,
  settings: PostgresTargetSettings,
  context: CallContext,
): Promise<readonly SnapshotEntry[]> {
  if (context.signal.aborted) throw outOfTime()
  const distinct = [...new Map(keys.map((key) => [key.key, key])).values()]
  if (distinct.length === 0) return []
  try {
    return await callOf(settings, context)('read', async (run) => {
      const entries: SnapshotEntry[] = []
      for (let start = 0; start < distinct.length; start += chunkSize)
        entries.push(...(await readChunk(run, distinct.slice(start, start + chunkSize), known, settings)))
      return entries
    })
  } catch (error) {
    if (isAboutSchema(error)) known.forget()
    if (isSyncError(error, 'SNAPSHOT_INVALID')) throw new TargetUnavailableError(error.message, { cause: error })
    throw unavailable(error)
  }
}

async function readChunk(
  run: Run,
  keys: readonly ItemKey[],
  known: KnownTable,
  settings: PostgresTargetSettings,
): Promise<readonly SnapshotEntry[]> {
  const [first] = keys
  if (!first) return []
  const table = known.now() ?? (await known.lookUp(run))
  const key = keyColumns(first, table, settings)
  const asked = keys.flatMap((item) => {
    const texts = textsIfAny(item, key, settings)
    return texts ? [{ item, texts }] : []
  })
  const names = key.map(({ name }) => name)
  const { select, entryOf } = entryReader(layoutOf(table, names, settings), table.columns)
  const { text, values } = lookUp(
    key,
    asked.map(({ texts }) => texts),
    table,
    select,
  )
  const { rows } = await run(text, values)
  return rows.map((row) => {
    const found = asked[Number(row['n']) - 1]
    if (!found)
      throw new TargetUnavailableError("PostgreSQL's answer makes no sense: it holds a row that was not asked for.")
    return { key: found.item.key, ...entryOf(row) }
  })
}

/** Undefined for a key that the table cannot hold, and so does not. */
function textsIfAny(item: ItemKey, key: Parameters<typeof keyTexts>[1], settings: PostgresTargetSettings) {
  try {
    return keyTexts(item, key, settings)
  } catch (error) {
    if (isSyncError(error, 'TARGET_REJECTED')) return undefined
    throw error
  }
}
