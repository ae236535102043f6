import * as module from '@duckdb/node-api'
import type { DuckDb, DuckDbChunk } from '../../src/duckdb/open-duckdb.ts'

/** What one statement is answered with: the columns alone, rows, or rows in chunks. */
export interface FakeAnswer {
  readonly columns?: Readonly<Record<string, module.DuckDBType>>
  readonly rows?: readonly (readonly module.DuckDBValue[])[]
  readonly chunks?: readonly (readonly (readonly module.DuckDBValue[])[])[]
}

/** A DuckDB that keeps the statements, and answers each that is asked for rows with the next of some answers. */
export function fakeDuckDb(...answers: readonly FakeAnswer[]): { duck: DuckDb; statements: string[] } {
  const statements: string[] = []
  const left = [...answers]
  const answered = (sql: string) => {
    statements.push(sql.replace(/\s+/g, ' '))
    const { columns = {}, rows = [], chunks = [] } = left.shift() ?? {}
    const result = {
      columnNames: () => Object.keys(columns),
      columnTypes: () => Object.values(columns),
      getRows: () => Promise.resolve(rows),
    }
    return { result, chunks: () => chunksOf(chunks) }
  }
  const duck = {
    module,
    run: (sql: string) => Promise.resolve(void statements.push(sql.replace(/\s+/g, ' '))),
    stream: (sql: string) => Promise.resolve(answered(sql)),
  }
  return { duck: duck as unknown as DuckDb, statements }
}

async function* chunksOf(chunks: Required<FakeAnswer>['chunks']): AsyncGenerator<DuckDbChunk> {
  for (const rows of chunks) {
    const chunk = { rowCount: rows.length, getColumnValues: (index: number) => rows.map((row) => row[index]) }
    yield chunk as unknown as DuckDbChunk
  }
}
