import { parquetSnapshot } from '../../snapshots/parquet.ts'
import { columnsOf } from '../columns.ts'
import { numberOf } from '../same-amount.ts'
import type { OpenFor, OpenPlace } from '../open-place.ts'
import type { PlaceUrl } from '../place-url.ts'

/** `file:stock.parquet?columns=article:sku`, or a pattern such as `file:stock/*.parquet`. */
export function openParquet(place: PlaceUrl, { key, fields }: OpenFor): OpenPlace {
  const keyNames = key.map(({ name }) => name)
  const options = {
    file: place.path,
    key: keyNames,
    ...numbersOf(key),
    ...(place.query['columns'] !== undefined && { columns: columnsOf(place, [...new Set([...keyNames, ...fields])]) }),
  }
  parquetSnapshot(options) // refuses options that cannot work
  return { snapshot: () => parquetSnapshot(options), isLive: false }
}

type Row = Readonly<Record<string, unknown>>

/** Key attributes that are numbers in texts. */
function numbersOf(key: OpenFor['key']): { readonly row?: (row: Row) => Row } {
  const numbers = key.filter(({ isNumber }) => isNumber)
  if (numbers.length === 0) return {}
  return { row: (row) => ({ ...row, ...Object.fromEntries(numbers.map(({ name }) => [name, numberOf(row[name])])) }) }
}
