import type { Invocation } from '../runtime/invocation.ts'
import type { Places } from './walk-equal.ts'
import { limits } from './limits.ts'
import type { SnapshotLike } from './options.ts'
import { pageReader } from './reading/next-page.ts'
import { isSnapshot, openPages } from './reading/open-pages.ts'
import { placeReader, type PlaceReader } from './reading/place-reader.ts'
import { sortedPages, type RowSorter } from './reading/sort-pages.ts'
import { wantedKeys, type Wanted } from './reading/wanted.ts'
import type { Settings, Warehouse } from './settings.ts'

/** Opens the source and every warehouse, each to be read in the order of keys. */
export function openPlaces<Item>(
  { source, warehouses }: { readonly source: SnapshotLike<Item>; readonly warehouses: readonly Warehouse<Item>[] },
  range: Wanted,
  settings: Settings<Item>,
  invocation: Invocation,
): Places {
  const open = (place: string, like: SnapshotLike<Item>): PlaceReader =>
    openPlace(place, like, range, settings, invocation)
  return { source: open('source', source), held: warehouses.map(({ name, snapshot }) => open(name, snapshot)) }
}

function openPlace<Item>(
  place: string,
  like: SnapshotLike<Item>,
  range: Wanted,
  { sync, pageTimeoutMs, maxRowsInMemory }: Settings<Item>,
  invocation: Invocation,
): PlaceReader {
  const rowsOf = { place, keyNames: sync.keyNames }
  const wanted = wantedKeys(range)
  const { after, until } = range
  const signal = invocation.cut.signal()
  const pages = pageReader(place, () => openPages(like, place, { signal, after, until }), pageTimeoutMs, invocation)
  if (isSnapshot(like) && like.order === 'key') return placeReader(rowsOf, pages, { wanted, until })
  const inMemory = { rows: maxRowsInMemory, bytes: limits.sortedBytes }
  const sorting = { limits: inMemory, sorter: () => sortOnDisk(signal), signal, wanted }
  return placeReader(rowsOf, sortedPages(like, rowsOf, pages, sorting), { wanted: undefined, until: undefined })
}

/** DuckDB sorts what does not fit into memory; it is loaded only then. */
async function sortOnDisk(signal: AbortSignal): Promise<RowSorter> {
  const { externalSort } = await import('../duckdb/external-sort.ts')
  return externalSort({ signal })
}

/** Lets every place go. */
export function closePlaces({ source, held }: Places): void {
  for (const { pages } of [source, ...held]) pages.close()
}
