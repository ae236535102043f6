import { columnsOf } from './columns.ts'
import type { OpenFor } from './open-place.ts'
import type { PlaceUrl } from './place-url.ts'
import { numberOf } from './same-amount.ts'

type Row = Readonly<Record<string, unknown>>

/** Makes an item of a row whose columns have other names, or whose key is a number in a text; undefined: a row is an item. */
export function rowReader(place: PlaceUrl, { key, fields }: OpenFor): { readonly row: (row: Row) => Row } | undefined {
  const columns = columnsOf(place, [...new Set([...key.map(({ name }) => name), ...fields])])
  const renamed = Object.entries(columns).filter(([column, attribute]) => column !== attribute)
  const numbers = key.flatMap(({ name, isNumber }) => (isNumber ? [name] : []))
  if (renamed.length === 0 && numbers.length === 0) return undefined
  numbers.push('quantity')
  return {
    row: (row) => {
      const item = { ...row }
      for (const [column] of renamed) Reflect.deleteProperty(item, column)
      for (const [column, attribute] of renamed) if (row[column] !== undefined) item[attribute] = row[column]
      for (const name of numbers) if (item[name] !== undefined) item[name] = numberOf(item[name])
      return item
    },
  }
}
