import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api'
import type { DuckDb } from './open-duckdb.ts'
import { type ReadValue, valueReader } from './read-value.ts'

/** A column of a table expression. */
export interface Column {
  readonly name: string
  readonly type: DuckDBType
  /** Undefined: its type has no form in an item. */
  readonly read: ReadValue | undefined
}

/** The columns of a table expression, without reading its rows. */
export async function columnsOf(duck: DuckDb, relation: string): Promise<readonly Column[]> {
  const { result } = await duck.stream(`SELECT * FROM ${relation} LIMIT 0`)
  const types = result.columnTypes()
  return result.columnNames().map((name, index) => {
    const type = types[index] as DuckDBType // one for each name
    return { name, type, read: valueReader(type, duck.module) }
  })
}

/** Some columns of a chunk, by their place in it, as the attributes of items. */
export interface ReadColumn {
  readonly index: number
  readonly name: string
  readonly read: ReadValue
}

/** A chunk's rows as items: NULL is an attribute that is not there. */
export function itemsOf(chunk: DuckDBDataChunk, columns: readonly ReadColumn[]): Record<string, unknown>[] {
  const items: Record<string, unknown>[] = Array.from({ length: chunk.rowCount }, () => ({}))
  for (const { index, name, read } of columns) {
    const values = chunk.getColumnValues(index)
    for (let row = 0; row < items.length; row++) {
      const value = read(values[row] ?? null)
      const item = items[row]
      if (value !== null && item) setAttribute(item, name, value)
    }
  }
  return items
}

/** A column may be called `__proto__`: it must become data, not the object's prototype. */
function setAttribute(item: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(item, name, { value, enumerable: true, writable: true, configurable: true })
  else item[name] = value
}
