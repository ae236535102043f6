import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { createTable } from '../dynamodb-servers.ts'

/** The table that is synced and the warehouse that is a table, written and read by the SDK alone. */
export interface StockTable {
  readonly table: string
  readonly south: string
  readonly streamArn: string
  /** Writes over 16 SKUs, one after the other; every seventh removes, every fifth is the only one of its SKU. */
  readonly write: (count: number) => Promise<void>
  readonly items: () => Promise<readonly unknown[]>
  readonly southItems: () => Promise<readonly unknown[]>
}

let tables = 0

export async function stockTable(client: DynamoDBClient): Promise<StockTable> {
  const name = `stock-${++tables}`
  const south = `${name}-south`
  const { streamArn } = await createTable(client, name, { sku: 'S' }, 'NEW_AND_OLD_IMAGES')
  await createTable(client, south, { sku: 'S' })
  let written = 0

  async function writeOne(): Promise<void> {
    const index = written++
    const single = index % 5 === 4 // lost, it would stay lost: no later write makes up for it
    const sku = { S: single ? `single-${index}` : `sku-${String(index % 20).padStart(2, '0')}` }
    if (index % 7 === 3 && !single) await client.send(new DeleteItemCommand({ TableName: name, Key: { sku } }))
    else await client.send(new PutItemCommand({ TableName: name, Item: { sku, quantity: { N: String(index) } } }))
  }

  return {
    table: name,
    south,
    streamArn: streamArn!,
    write: async (count) => {
      for (let index = 0; index < count; index++) await writeOne()
    },
    items: () => rowsOf(client, name),
    southItems: async () => {
      const rows = await rowsOf(client, south)
      return rows.filter((row) => row['_removed'] !== true).map(({ sku, quantity }) => ({ sku, quantity }))
    },
  }
}

async function rowsOf(client: DynamoDBClient, table: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { Items: rows = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
  const items = rows.map((row) => unmarshall(row))
  return items.sort((a, b) => (String(a['sku']) < String(b['sku']) ? -1 : 1))
}
