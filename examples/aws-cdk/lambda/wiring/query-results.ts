import { AthenaClient, paginateGetQueryResults } from '@aws-sdk/client-athena'
import type { KeyAttribute } from 'dynamodb-stream-sync'
import { keyOf, type ItemKey } from 'dynamodb-stream-sync'
import { stock } from '../../item.ts'
import { resultColumns } from '../../lib/reconcile/athena/comparison-sql.ts'

/** What the comparison of two exports found of one warehouse. */
export interface Found {
  /** Rows that are equal in both. */
  equal: number
  /** Keys that differ, or did when the exports were made. */
  readonly suspects: Map<string, ItemKey>
}

export interface Comparison {
  readonly sourceRows: number
  readonly warehouses: Readonly<Record<string, Found>>
}

type Row = Readonly<Record<(typeof resultColumns)[number], string | undefined>>

/** More keys than this are not looked at again: the report says so. */
export const mostSuspects = 100_000

/** Reads the answer of the comparison. */
export async function readComparison(query: string, names: readonly string[]): Promise<Comparison> {
  const client = new AthenaClient({ maxAttempts: 5 })
  const rows = rowsOf(paginateGetQueryResults({ client, pageSize: 1_000 }, { QueryExecutionId: query }))
  return comparisonOf(rows, names)
}

type Pages = AsyncIterable<{
  readonly ResultSet?: { readonly Rows?: { readonly Data?: { readonly VarCharValue?: string }[] }[] } | undefined
}>

/** The first row of a SELECT's answer names its columns. */
async function* rowsOf(pages: Pages): AsyncGenerator<Row> {
  let isHead = true
  for await (const { ResultSet: set } of pages)
    for (const { Data: cells = [] } of set?.Rows ?? []) {
      if (!isHead)
        yield Object.fromEntries(resultColumns.map((name, index) => [name, cells[index]?.VarCharValue])) as Row
      isHead = false
    }
}

export async function comparisonOf(rows: AsyncIterable<Row>, names: readonly string[]): Promise<Comparison> {
  const warehouses = Object.fromEntries(names.map((name): [string, Found] => [name, { equal: 0, suspects: new Map() }]))
  let sourceRows = 0
  for await (const row of rows) {
    const found = warehouses[String(row['warehouse'])]
    if (row['kind'] === 'rows') sourceRows = Number(row['number'])
    else if (row['kind'] === 'equal' && found) found.equal = Number(row['number'])
    else if (found && found.suspects.size < mostSuspects) addSuspect(found, row)
  }
  return { sourceRows, warehouses }
}

function addSuspect({ suspects }: Found, row: Row): void {
  const attributes: Record<string, KeyAttribute> = {}
  for (const name of stock.key) if (name !== undefined) attributes[name] = row[name] ?? ''
  const key = keyOf(stock, attributes)
  suspects.set(key, { key, keyAttributes: attributes })
}
