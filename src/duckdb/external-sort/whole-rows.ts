import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { SortedRows } from '../external-sort.ts'
import type { DuckDbModule } from '../load-duckdb.ts'

/** Bytes that DuckDB keeps in the vector itself, which is used again. */
const longestInline = 12

/** Puts the pieces of rows together again; answers how many there were. */
export async function* wholeRows(
  chunks: AsyncIterable<DuckDBDataChunk>,
  module: DuckDbModule,
): AsyncGenerator<SortedRows, number> {
  let read = 0
  let begun: Uint8Array[] = []
  for await (const chunk of chunks) {
    read += chunk.rowCount
    const names = chunk.getColumnValues(0)
    const rests = chunk.getColumnValues(1)
    const contents = contentsOf(chunk, module)
    const keys: string[] = []
    const rows: Uint8Array[] = []
    for (const [index, content] of contents.entries()) {
      if (rests[index] !== 0) {
        begun.push(content)
        continue
      }
      keys.push(String(names[index]))
      rows.push(begun.length === 0 ? content : Buffer.concat([...begun, content]))
      begun = []
    }
    if (keys.length > 0) yield { keys, rows }
  }
  return read
}

function contentsOf(chunk: DuckDBDataChunk, module: DuckDbModule): readonly Uint8Array[] {
  const vector = chunk.getColumnVector(2)
  if (!(vector instanceof module.DuckDBBlobVector)) return []
  return Array.from({ length: chunk.rowCount }, (_, index) => {
    const bytes = vector.getItemBytes(index) ?? new Uint8Array()
    return bytes.length > longestInline ? bytes : Uint8Array.from(bytes)
  })
}
