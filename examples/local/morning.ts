import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { tableName } from './sync.ts'

export const skuCount = 500
export const hotSku = skuOf(7)
/** The row that gets a quantity nobody can count with. */
export const poisonedSku = skuOf(42)
/** The row that somebody changes inside a warehouse. */
export const tamperedSku = skuOf(99)

/** One write to the table. */
export type Update =
  | { readonly kind: 'sell'; readonly sku: string; readonly units: number }
  | { readonly kind: 'count'; readonly sku: string; readonly quantity: number }
  | { readonly kind: 'discontinue'; readonly sku: string }

/** A morning of updates: everybody sells everything, and in its middle half of the town wants one product. */
export function morningOf(updates: number, random: () => number): readonly Update[] {
  return Array.from({ length: updates }, (_, index) => {
    const part = index / updates
    const hot = random() < (part > 0.4 && part < 0.6 ? 0.7 : 0.05)
    return hot ? { kind: 'sell', sku: hotSku, units: 1 } : ordinaryUpdate(random)
  })
}

function ordinaryUpdate(random: () => number): Update {
  const sku = ordinarySku(random)
  const kind = random()
  if (kind < 0.01) return { kind: 'discontinue', sku }
  if (kind < 0.35) return { kind: 'count', sku, quantity: Math.floor(random() * 200) }
  return { kind: 'sell', sku, units: 1 + Math.floor(random() * 3) }
}

function ordinarySku(random: () => number): string {
  for (;;) {
    const sku = skuOf(Math.floor(random() * skuCount))
    if (sku !== hotSku && sku !== poisonedSku && sku !== tamperedSku) return sku
  }
}

/** Puts every product on the shelf. The hot one is too few for all who want it. */
export async function openingStock(client: DynamoDBClient, hotQuantity: number, random: () => number): Promise<void> {
  const rows = Array.from({ length: skuCount }, (_, index) => skuOf(index)).map((sku) =>
    rowOf(sku, sku === hotSku ? hotQuantity : 20 + Math.floor(random() * 180)),
  )
  for (let start = 0; start < rows.length; start += 25)
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: { [tableName]: rows.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })) },
      }),
    )
}

/** Writes one update; false where nothing was left to sell. */
export async function write(client: DynamoDBClient, update: Update): Promise<boolean> {
  if (update.kind === 'sell') return sell(client, update.sku, update.units)
  if (update.kind === 'count')
    await client.send(new PutItemCommand({ TableName: tableName, Item: rowOf(update.sku, update.quantity) }))
  else await client.send(new DeleteItemCommand({ TableName: tableName, Key: { sku: { S: update.sku } } }))
  return true
}

/** A row that is none: its quantity is a word. */
export async function writePoison(client: DynamoDBClient): Promise<void> {
  const row = { ...rowOf(poisonedSku, 0), quantity: { S: 'twelve' } }
  await client.send(new PutItemCommand({ TableName: tableName, Item: row }))
}

async function sell(client: DynamoDBClient, sku: string, units: number): Promise<boolean> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { sku: { S: sku } },
        UpdateExpression: 'SET quantity = quantity - :units, updatedAt = :now',
        ConditionExpression: 'quantity >= :units',
        ExpressionAttributeValues: { ':units': { N: String(units) }, ':now': { N: String(Date.now()) } },
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

function rowOf(sku: string, quantity: number): Record<string, AttributeValue> {
  return {
    sku: { S: sku },
    quantity: { N: String(quantity) },
    shelf: { S: `${sku.slice(-1)}-${sku.slice(-3, -1)}` },
    updatedAt: { N: String(Date.now()) },
  }
}

function skuOf(index: number): string {
  return `SKU-${String(index).padStart(4, '0')}`
}

/** Random numbers that a seed repeats (a linear congruential generator of 32 bits). */
export function seededRandom(seed: number): () => number {
  let state = (seed ^ 0x2545f491) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
