import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { lyonTableName, type Places, tableName, type WarehouseName, type WmsRow } from './sync.ts'

type Row = Readonly<Record<string, unknown>>
type Stock = ReadonlyMap<string, Row>

/** How far a warehouse is from the table. */
export interface Drift {
  readonly rows: number
  readonly units: number
  readonly skus: readonly string[]
}

export interface Comparison {
  readonly tableRows: number
  readonly tableUnits: number
  readonly quantityOf: (sku: string) => number
  readonly drift: Readonly<Record<WarehouseName, Drift>>
}

/** Reads the table and every warehouse with nothing of the library, and compares them. */
export async function compared({ dynamoDb: { client }, berlinUrl, portoUrl }: Places): Promise<Comparison> {
  const [table, berlin, lyon, porto] = await Promise.all([
    scanned(client, tableName),
    listed(berlinUrl),
    scanned(client, lyonTableName),
    listed(portoUrl),
  ])
  return {
    tableRows: table.size,
    tableUnits: [...table.values()].reduce((sum, row) => sum + units(row), 0),
    quantityOf: (sku) => units(table.get(sku)),
    drift: { berlin: driftOf(table, berlin), lyon: driftOf(table, lyon), porto: driftOf(table, porto) },
  }
}

function driftOf(table: Stock, warehouse: Stock): Drift {
  const skus = [...new Set([...table.keys(), ...warehouse.keys()])]
    .filter((sku) => textOf(table.get(sku)) !== textOf(warehouse.get(sku)))
    .sort()
  const off = skus.map((sku) => Math.abs(units(table.get(sku)) - units(warehouse.get(sku))))
  return { rows: skus.length, units: off.reduce((sum, one) => sum + one, 0), skus }
}

/** The facts of a row, in one order; marks that a warehouse keeps for itself start with an underscore. */
function textOf(row: Row | undefined): string | undefined {
  if (!row) return undefined
  return JSON.stringify(
    Object.entries(row)
      .filter(([name]) => !name.startsWith('_'))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function units(row: Row | undefined): number {
  return Number(row?.['quantity'] ?? 0)
}

async function scanned(client: DynamoDBClient, table: string): Promise<Stock> {
  const stock = new Map<string, Row>()
  for await (const { Items: items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true }))
    for (const row of items.map((item) => unmarshall(item)))
      if (row['_removed'] === undefined) stock.set(String(row['sku']), row)
  return stock
}

async function listed(url: string): Promise<Stock> {
  const response = await fetch(`${url}/stock`)
  const rows = (await response.json()) as readonly WmsRow[]
  return new Map(rows.filter(({ removed }) => !removed).map(({ sku, item }) => [sku, item]))
}
