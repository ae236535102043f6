import type { Snapshot, SnapshotSummary } from '../../ports/snapshot.ts'
import type { Invocation } from '../../runtime/invocation.ts'
import type { Look } from '../look-again.ts'
import { pageReader, type PageReader } from './next-page.ts'
import { openPages } from './open-pages.ts'
import { entryKey, rowOf, type Row, type RowsOf } from './row.ts'

/** What a place holds under some keys, by reading all of it. Without its last page nothing is known. */
export async function rowsAt(
  snapshot: Snapshot,
  rowsOf: RowsOf,
  keys: ReadonlySet<string>,
  { invocation, pageTimeoutMs }: { readonly invocation: Invocation; readonly pageTimeoutMs: number },
): Promise<Look> {
  const open = () => openPages(snapshot, rowsOf.place, { signal: invocation.cut.signal() })
  const pages = pageReader(rowsOf.place, open, pageTimeoutMs, invocation)
  try {
    return await lookThrough(pages, rowsOf, keys)
  } catch (error) {
    return { error }
  } finally {
    pages.close()
  }
}

async function lookThrough(pages: PageReader, rowsOf: RowsOf, keys: ReadonlySet<string>): Promise<Look> {
  const rows = new Map<string, Row>()
  let given = 0
  for (;;) {
    const page = await pages.next()
    if ('entries' in page) {
      given += page.entries.length
      for (const entry of page.entries)
        if (keys.has(entryKey(entry, rowsOf))) rows.set(entryKey(entry, rowsOf), rowOf(entry, rowsOf))
      continue
    }
    if ('summary' in page && isWhole(page.summary, given)) return { rows }
    return {
      error: 'error' in page ? page.error : new Error(`The second snapshot of "${rowsOf.place}" is not complete.`),
    }
  }
}

/** Of a place that says how many rows it gave, so many must have come. */
function isWhole(summary: unknown, given: number): boolean {
  const { complete, rows } = (summary ?? {}) as Partial<SnapshotSummary> // anything may have been answered
  return complete !== false && (rows === undefined || rows === given)
}
