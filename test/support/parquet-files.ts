import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** Writes real Parquet files into a folder of its own. */
export interface ParquetFiles {
  readonly folder: string
  readonly path: (name: string) => string
  /** Writes a SELECT's rows, and answers the path. */
  readonly write: (name: string, select: string, options?: string) => Promise<string>
  /** Writes rows, each column in the type that is given, and answers the path. */
  readonly rows: (name: string, rows: readonly object[], types: Types, options?: string) => Promise<string>
  readonly connection: DuckDBConnection
  readonly close: () => void
}

type Types = Readonly<Record<string, string>>

export async function parquetFiles(): Promise<ParquetFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-files-'))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const path = (name: string) => join(folder, name)
  let made = 0
  async function write(name: string, select: string, options = ''): Promise<string> {
    await connection.run(`COPY (${select}) TO '${path(name).replaceAll("'", "''")}' (FORMAT parquet${options})`)
    return path(name)
  }
  return {
    folder,
    path,
    connection,
    write,
    async rows(name, rows, types, options) {
      const lines = path(`${made++}.ndjson`)
      writeFileSync(lines, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      const texts = Object.keys(types).map((column) => `'${column}': 'VARCHAR'`)
      const columns = Object.entries(types).map(([column, type]) => `"${column}"::${type} AS "${column}"`)
      const from = `read_json('${lines}', format = 'newline_delimited', columns = {${texts.join(', ')}})`
      return write(name, `SELECT ${columns.join(', ')} FROM ${from}`, options)
    },
    close() {
      connection.closeSync()
      instance.closeSync()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
