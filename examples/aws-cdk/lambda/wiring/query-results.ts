import { AthenaClient, paginateGetQueryResults } from '@aws-sdk/client-athena'
import { keyOf, reportOfSql, type ItemKey, type ReconcileReport } from 'dynamodb-stream-sync'
import { config } from '../../config.ts'
import { stock } from '../../item.ts'
import type { DynamoDbWarehouse } from '../../lib/config/types.ts'
import { comparisonOptions } from '../../lib/reconcile/athena/comparison.ts'

/** What the exports say, before anything that differs is looked at again. */
export interface Comparison {
  readonly report: ReconcileReport<unknown>
  /** By warehouse: the keys that differ, or did when the exports were made. */
  readonly suspects: Readonly<Record<string, readonly ItemKey[]>>
}

type Row = Readonly<Record<string, string | undefined>>

/** Reads the answer of the comparison. */
export async function readComparison(query: string, warehouses: readonly DynamoDbWarehouse[]): Promise<Comparison> {
  const client = new AthenaClient({ maxAttempts: 5 })
  const pages = paginateGetQueryResults({ client, pageSize: 1_000 }, { QueryExecutionId: query })
  const rows: Row[] = []
  for await (const row of rowsOf(pages)) rows.push(row)
  return comparisonOf(rows, query, warehouses)
}

type Pages = AsyncIterable<{
  readonly ResultSet?:
    | {
        readonly Rows?: { readonly Data?: { readonly VarCharValue?: string }[] }[]
        readonly ResultSetMetadata?: { readonly ColumnInfo?: { readonly Name: string | undefined }[] }
      }
    | undefined
}>

/** By column names, without the values, which are read again. The first row of a SELECT's answer names its columns. */
export async function* rowsOf(pages: Pages): AsyncGenerator<Row> {
  let isHead = true
  for await (const { ResultSet: set } of pages) {
    const names = (set?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name: name }) => name ?? '')
    for (const { Data: cells = [] } of set?.Rows ?? []) {
      const row = names.map((name, index) => [name, cells[index]?.VarCharValue] as const)
      if (!isHead) yield Object.fromEntries(row.filter(([name]) => !/^(expected|held)_/.test(name)))
      isHead = false
    }
  }
}

export function comparisonOf(
  rows: readonly Row[],
  query: string,
  warehouses: readonly DynamoDbWarehouse[],
): Comparison {
  const now = new Date()
  const options = comparisonOptions(warehouses, config.sync)
  const report = reportOfSql(rows, { ...options, runId: query, startedAt: now, endedAt: now })
  const suspectsOf = ({ name }: DynamoDbWarehouse) =>
    rows.filter(({ entry, warehouse }) => entry === 'drift' && warehouse === name).map(suspectOf)
  return { report, suspects: Object.fromEntries(warehouses.map((one) => [one.name, suspectsOf(one)])) }
}

function suspectOf(row: Row): ItemKey {
  const names = stock.key.filter((name) => name !== undefined)
  const keyAttributes = Object.fromEntries(names.map((name, index) => [name, row[`key_${index}`] ?? '']))
  return { key: keyOf(stock, keyAttributes), keyAttributes }
}
