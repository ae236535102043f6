import { SnapshotError } from '../errors.ts'
import { pieceWriter } from './external-sort/piece-writer.ts'
import { wholeRows } from './external-sort/whole-rows.ts'
import { openDuckDb, type DuckDbOptions } from './open-duckdb.ts'
import { placeProblem } from './problem.ts'

/** Sorts rows that do not fit into memory: they go to disk and come back in the order of their keys' UTF-8 bytes. */
export interface ExternalSort {
  /** Takes rows, each under its key, which is well-formed text. Their bytes are copied. */
  readonly add: (keys: readonly string[], rows: readonly Uint8Array[]) => Promise<void>
  /** All that was added, about 2,000 rows at a time; of one key in the order in which they came. To be called once, at the end. */
  readonly sorted: () => AsyncIterable<SortedRows>
  /** Frees memory and disk. May be called twice, and at any time. */
  readonly close: () => Promise<void>
}

export interface SortedRows {
  readonly keys: readonly string[]
  readonly rows: readonly Uint8Array[]
}

/** One thread, for each holds blocks of its own, and DuckDB gives up where they exceed the limit. */
const sortDefaults = { memoryLimit: '128MB', threads: 1 } as const

const place = 'What was put aside to be sorted'

/**
 * Opens an external sort in DuckDB. VARCHAR is compared byte by byte, whatever it holds, NUL and control characters
 * included, as long as no collation is set. https://duckdb.org/docs/stable/sql/expressions/collations
 *
 * By default it takes 128 MB, beside which the process needs about 250 MB.
 * @throws ConfigError where DuckDB is not installed. Its methods reject with a SnapshotError for want of memory or disk,
 * and with the signal's reason.
 */
export async function externalSort(options: DuckDbOptions = {}): Promise<ExternalSort> {
  const { signal, memoryLimit = sortDefaults.memoryLimit, threads = sortDefaults.threads } = options
  const duck = await openDuckDb('sort rows that do not fit into memory', { ...options, memoryLimit, threads })
  const told = (error: unknown) => placeProblem(place, error, signal)
  let closed = false
  try {
    await duck.run('CREATE TABLE pieces (key VARCHAR, position DOUBLE, rest UINTEGER, content BLOB)')
    const appender = await duck.connection.createAppender('pieces')
    const writer = pieceWriter(duck, appender)
    return {
      async add(keys, rows) {
        signal?.throwIfAborted()
        if (closed) throw new Error('The sort was closed.')
        try {
          writer.write(keys, rows)
        } catch (error) {
          throw told(error)
        }
      },
      async *sorted() {
        try {
          appender.closeSync()
          const { chunks } = await duck.stream('SELECT key, rest, content FROM pieces ORDER BY key, position')
          const read = yield* wholeRows(chunks(), duck.module)
          if (read < writer.pieces()) throw endedEarly()
        } catch (error) {
          throw told(error)
        }
      },
      async close() {
        closed = true
        await duck.close()
      },
    }
  } catch (error) {
    await duck.close()
    throw told(error)
  }
}

/**
 * An answer that is read while it is made ends without an error where DuckDB runs out of memory or disk: C's
 * `duckdb_fetch_chunk` answers the same to both. https://github.com/duckdb/duckdb-rs/pull/832
 */
function endedEarly(): SnapshotError {
  return new SnapshotError(`${place} did not come back whole. Give a higher \`memoryLimit\`, or more disk.`)
}
