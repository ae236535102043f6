import type { DuckDBAppender, DuckDBBlobValue } from '@duckdb/node-api'
import type { DuckDb } from '../open-duckdb.ts'

/** DuckDB works on 2,048 rows at once. https://duckdb.org/docs/stable/internals/vector */
const rowsOfChunk = 2_048

/** Longer rows are put aside in pieces: 2,048 long ones at once would exceed what DuckDB may hold. */
const pieceBytes = 512

/** Puts rows aside; nothing of them is kept. */
export interface PieceWriter {
  readonly write: (keys: readonly string[], rows: readonly Uint8Array[]) => void
  /** How many pieces there were. */
  readonly pieces: () => number
}

export function pieceWriter({ module }: DuckDb, appender: DuckDBAppender): PieceWriter {
  const { BLOB, DOUBLE, UINTEGER, VARCHAR, DuckDBBlobValue: Blob } = module
  // One chunk is used again and again: what chunks hold that were let go is not seen by the collector.
  const chunk = module.DuckDBDataChunk.create([VARCHAR, DOUBLE, UINTEGER, BLOB])
  let pieces = 0
  let keys: string[] = []
  let positions: number[] = []
  let rests: number[] = []
  let contents: DuckDBBlobValue[] = []

  function flush(): void {
    if (keys.length === 0) return
    chunk.reset()
    chunk.rowCount = keys.length
    chunk.setColumns([keys, positions, rests, contents])
    appender.appendDataChunk(chunk)
    keys = []
    positions = []
    rests = []
    contents = []
  }
  function put(key: string, row: Uint8Array): void {
    let rest = Math.max(0, Math.ceil(row.length / pieceBytes) - 1)
    for (let start = 0; rest >= 0; start += pieceBytes, rest--) {
      keys.push(key)
      positions.push(pieces++)
      rests.push(rest)
      contents.push(new Blob(row.subarray(start, start + pieceBytes)))
      if (keys.length === rowsOfChunk) flush()
    }
  }
  return {
    write(some, rows) {
      for (const [index, key] of some.entries()) put(key, rows[index] ?? new Uint8Array())
      flush()
    },
    pieces: () => pieces,
  }
}
