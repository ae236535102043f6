import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

export interface Stock {
  readonly sku: string
  readonly region: string
  readonly category: string
  readonly state: string
  readonly quantity: number
}

const regions = ['eu', 'eu', 'us'] as const
const categories = ['garden', 'tools', 'kitchen', 'toys'] as const

/**
 * Update number `index` of the inventory: over 220 SKUs in turn, of which items move between regions and categories, some
 * retire, some are removed and some come back; every fifth is the only one of its SKU, so that lost it would stay lost.
 */
export async function writeUpdate(client: DynamoDBClient, table: string, index: number): Promise<void> {
  const isSingle = index % 5 === 4
  const sku = isSingle ? `single-${index}` : `sku-${index % 220}`
  if (index % 9 === 7 && !isSingle) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: { sku: { S: sku } } }))
    return
  }
  const Item = {
    sku: { S: sku },
    region: { S: regions[index % regions.length]! },
    category: { S: categories[index % categories.length]! },
    state: { S: index % 11 === 3 ? 'retired' : 'active' },
    quantity: { N: String(index) },
  }
  await client.send(new PutItemCommand({ TableName: table, Item }))
}

/** All items of a table, as DynamoDB writes them. */
export async function rawItemsOf(
  client: DynamoDBClient,
  table: string,
): Promise<readonly Record<string, AttributeValue>[]> {
  const { Items: rows = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
  return rows
}

/** All items of a table, by SKU, without the attributes that the library adds. */
export async function itemsOf(client: DynamoDBClient, table: string): Promise<readonly Stock[]> {
  const rows = await rawItemsOf(client, table)
  const held = rows.map((row) => unmarshall(row)).filter((row) => row['_removed'] !== true)
  return sorted(held.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('_')))))
}

export function sorted(rows: readonly unknown[]): readonly Stock[] {
  return [...(rows as readonly Stock[])].sort((a, b) => (a.sku < b.sku ? -1 : 1))
}
