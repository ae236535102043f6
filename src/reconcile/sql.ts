import { comparisonSettings } from './sql/comparison.ts'
import { statement } from './sql/statement.ts'

/** What {@link reconcileSql} compares. Texts of SQL go into the statement as they are: never take them from outside. */
export interface ReconcileSqlOptions<Name extends string = string> {
  /** The source's rows: a table, or a query in parentheses, with a column for each attribute, by its name. */
  readonly source: string
  /** Each warehouse's, by its name; with `where`, a condition on the source's columns, which items it should hold. */
  readonly warehouses: Readonly<Record<Name, string | { readonly rows: string; readonly where?: string | undefined }>>
  /** The item's key attributes: one, or two. */
  readonly key: string | readonly [partition: string, sort?: string]
  /** The attributes that are compared. */
  readonly fields: readonly string[]
  /**
   * The attribute that counts units, a number. Default `quantity`, where it is among the fields; else, and with false,
   * units are 0: say false where its column is text, as exports of DynamoDB write numbers.
   */
  readonly quantity?: string | false | undefined
  /**
   * Of each warehouse and kind, as many drifts come as rows, the largest first; all are counted. At least 100, the default;
   * more where a second look needs the keys. The report's sample has 100 of them.
   */
  readonly listed?: number | undefined
}

/**
 * The comparison of reconcile as one statement of SQL, for places that a query engine reads faster than any function:
 * exports in S3 by Athena, or files by DuckDB. {@link reportOfSql} makes of its rows the report that a single run over the
 * same rows gives.
 *
 * @example
 * ```ts
 * const options = { source: 'inventory', warehouses: { east: 'east', eu: { rows: 'eu', where: "region = 'eu'" } }, key: 'sku', fields: ['quantity'] }
 * const rows = await query(reconcileSql(options))
 * const report = reportOfSql(rows, { ...options, runId, startedAt, endedAt: new Date() })
 * ```
 *
 * - **Dialect.** What Trino, Athena's engine, and DuckDB have in common. The statement reads each place twice, and groups
 *   rows by key: no place has to be sorted.
 * - **Values** are compared by `IS NOT DISTINCT FROM`, so an attribute has one type at all places: cast where they differ.
 *   NULL is an attribute that is not there. Compared are texts, numbers, dates and booleans, no lists or maps.
 * - **In flight is not drift**, and one statement looks once: what it reports are suspects, until a run with a second look
 *   confirms them.
 * - **Columns**, all text: `entry` (`count`, or `drift` for one of the largest of a warehouse and kind), `warehouse`,
 *   `kind`, `in_source`, `expected`, `held`, `units`, `units_absolute`, `key_0`…, `expected_0`… and `held_0`…, by the
 *   positions of key and fields.
 *
 * https://trino.io/docs/current/sql/select.html, https://docs.aws.amazon.com/athena/latest/ug/select.html
 * @throws ConfigError for options that cannot work.
 */
export function reconcileSql(options: ReconcileSqlOptions): string {
  return statement(comparisonSettings('reconcileSql', options))
}
