import { compareKeys } from '../../core/key-order.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import type { SnapshotLike } from '../options.ts'
import { compactRows, fromBytes, toBytes, type CompactRows } from './compact-rows.ts'
import type { NextPage, PageReader } from './next-page.ts'
import { isSnapshot } from './open-pages.ts'
import { entryKey, type RowsOf } from './row.ts'

/** What is sorted within memory; beyond it DuckDB sorts on disk. Of each place by itself. */
export interface SortLimits {
  readonly rows: number
  readonly bytes: number
}

/** Sorts rows that do not fit into memory. DuckDB's, unless a test brings its own. */
export interface RowSorter {
  readonly add: (keys: readonly string[], rows: readonly Uint8Array[]) => Promise<void>
  readonly sorted: () => AsyncIterable<{ readonly keys: readonly string[]; readonly rows: readonly Uint8Array[] }>
  readonly close: () => Promise<void>
}

export interface Sorting {
  readonly limits: SortLimits
  readonly sorter: () => Promise<RowSorter>
  /** Ends sorting, too. */
  readonly signal: AbortSignal
  readonly wanted: ((key: string) => boolean) | undefined
}

const pageRows = 1_000

/** A place without order, as pages in the order of keys. It is read to its end before the first of them. */
export function sortedPages<Item>(
  like: SnapshotLike<Item>,
  rowsOf: RowsOf,
  pages: PageReader,
  sorting: Sorting,
): PageReader {
  const sorted = isSnapshot(like) ? compactly(rowsOf, pages, sorting) : asGiven(rowsOf, pages, sorting)
  return {
    next: async () => {
      try {
        const { value } = await sorted.next()
        return value
      } catch (error) {
        if (sorting.signal.aborted) return { cut: true } // the sorter's way to say so
        throw error
      }
    },
    close() {
      pages.close()
      void sorted.return({ cut: true }).catch(() => undefined)
    },
  }
}

type SortedPages = AsyncGenerator<NextPage, NextPage>

/** The caller's own objects are there already: they are kept, and put in order. */
async function* asGiven(rowsOf: RowsOf, pages: PageReader, { wanted }: Sorting): SortedPages {
  const rows: { readonly key: string; readonly entry: SnapshotEntry }[] = []
  const last = await readAll(pages, (entries) => {
    for (const entry of entries) {
      const key = entryKey(entry, rowsOf)
      if (!wanted || wanted(key)) rows.push({ key, entry })
    }
  })
  rows.sort((a, b) => compareKeys(a.key, b.key))
  for (let start = 0; start < rows.length; start += pageRows)
    yield { entries: rows.slice(start, start + pageRows).map(({ entry }) => entry) }
  return last // what was read of a place that broke off is compared all the same
}

async function* compactly(rowsOf: RowsOf, pages: PageReader, sorting: Sorting): SortedPages {
  const { limits, wanted } = sorting
  let given = 0
  let rows = compactRows()
  let sorter: RowSorter | undefined
  try {
    const last = await readAll(pages, async (entries) => {
      given += entries.length
      for (const entry of entries) {
        const key = entryKey(entry, rowsOf)
        if (!wanted || wanted(key)) rows.add(key, toBytes(entry, rowsOf.place))
      }
      if (rows.rows() <= limits.rows && rows.bytes() <= limits.bytes && !sorter) return
      sorter ??= await sorting.sorter()
      await spill(rows, sorter)
      rows = compactRows()
    })
    for await (const page of sorter ? sorter.sorted() : inOrder(rows)) yield { entries: page.rows.map(fromBytes) }
    return withGiven(last, given)
  } finally {
    await sorter?.close()
  }
}

/** The rows wanted may be fewer than those given, which the place's own count is compared with. */
function withGiven(last: NextPage, given: number): NextPage {
  if (!('summary' in last)) return last
  const { complete, rows } = (last.summary ?? {}) as { readonly complete?: unknown; readonly rows?: unknown }
  return { summary: { complete: complete !== false && (rows === undefined || rows === given) } }
}

async function readAll(
  pages: PageReader,
  take: (entries: readonly SnapshotEntry[]) => void | Promise<void>,
): Promise<NextPage> {
  for (;;) {
    const page = await pages.next()
    if (!('entries' in page)) return page
    await take(page.entries)
  }
}

async function spill(rows: CompactRows, sorter: RowSorter): Promise<void> {
  const indices = Array.from({ length: rows.rows() }, (_, index) => index)
  for (let start = 0; start < indices.length; start += pageRows) {
    const some = indices.slice(start, start + pageRows)
    await sorter.add(some.map(rows.key), some.map(rows.row))
  }
}

function* inOrder(rows: CompactRows): Generator<{ readonly rows: readonly Uint8Array[] }> {
  const order = rows.order()
  for (let start = 0; start < order.length; start += pageRows)
    yield { rows: [...order.subarray(start, start + pageRows)].map(rows.row) }
}
