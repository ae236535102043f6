import {
  DeleteItemCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { lyonTableName, tableName } from '../../examples/local/sync.ts'
import { createTable } from '../support/dynamodb-servers.ts'

/** The example's tables, written and read by the SDK alone. */
export interface Inventory {
  readonly streamArn: string
  /** Writes over 32 SKUs in turn, oldest first; every ninth removes, every fifth is the only one of its SKU. */
  readonly write: (count: number) => Promise<void>
  readonly items: () => Promise<readonly unknown[]>
  /** What the warehouse that is a table has in stock. */
  readonly lyonItems: () => Promise<readonly unknown[]>
  readonly remove: () => Promise<void>
}

export async function createInventory(client: DynamoDBClient): Promise<Inventory> {
  const [{ streamArn }] = await Promise.all([
    createTable(client, tableName, { sku: 'S' }, 'NEW_AND_OLD_IMAGES'),
    createTable(client, lyonTableName, { sku: 'S' }),
  ])
  let written = 0

  async function writeOne(): Promise<void> {
    const index = written++
    const isSingle = index % 5 === 4 // lost, it would stay lost: no later write makes up for it
    const sku = { S: isSingle ? `single-${index}` : `sku-${String(index % 40).padStart(2, '0')}` }
    if (index % 9 === 7 && !isSingle) await client.send(new DeleteItemCommand({ TableName: tableName, Key: { sku } }))
    else await client.send(new PutItemCommand({ TableName: tableName, Item: { sku, quantity: { N: String(index) } } }))
  }

  return {
    streamArn: streamArn!,
    write: async (count) => {
      for (let index = 0; index < count; index++) await writeOne()
    },
    items: () => rowsOf(client, tableName),
    lyonItems: async () => {
      const rows = await rowsOf(client, lyonTableName)
      return rows.filter((row) => row['_removed'] !== true).map(({ sku, quantity }) => ({ sku, quantity }))
    },
    remove: async () => {
      for (const name of [tableName, lyonTableName]) await client.send(new DeleteTableCommand({ TableName: name }))
    },
  }
}

async function rowsOf(client: DynamoDBClient, table: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { Items: rows = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
  return rows.map((row) => unmarshall(row)).sort((a, b) => (String(a['sku']) < String(b['sku']) ? -1 : 1))
}
