import { SnapshotError } from '../errors.ts'
import type { DuckDb } from './open-duckdb.ts'
import { quoteText } from './quote.ts'

/** A table expression of Parquet files, each a path or a pattern such as `stock/*.parquet`. */
export function parquetRelation(files: readonly string[]): string {
  return `read_parquet([${files.map(quoteText).join(', ')}])`
}

/** A list of paths, or one, as it stands in a table expression. */
const readsParquet =
  /\b(?:read_parquet|parquet_scan)\(\s*(\[\s*'(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')*\s*\]|'(?:[^']|'')*')/gi

/**
 * Refuses Parquet files of one place whose columns differ: DuckDB reads all in the types of the first, and would round
 * what another holds more exactly. https://duckdb.org/docs/stable/data/multiple_files/combining_schemas
 *
 * @throws SnapshotError that names a file that differs from the first.
 */
export async function checkSameColumns(duck: DuckDb, relation: string): Promise<void> {
  for (const [, files = ''] of relation.matchAll(readsParquet)) {
    const { result } = await duck.stream(
      `SELECT file_name, list((name, duckdb_type, num_children) ORDER BY name, duckdb_type) AS columns
       FROM parquet_schema(${files}) WHERE column_id > 0 GROUP BY file_name
       QUALIFY columns <> first_value(columns) OVER (ORDER BY file_name) ORDER BY file_name LIMIT 1`,
    )
    const [[file] = []] = await result.getRows()
    if (file === undefined) continue
    throw new SnapshotError(
      `${String(file)} has other columns, or columns of other types, than the first file of its place. Give files of one export alone.`,
    )
  }
}
