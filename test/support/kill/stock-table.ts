import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { StreamRecord } from '../../../src/core/stream-record.ts'
import { eventSourceMapping } from '../../../src/testing/event-source-mapping.ts'
import { createTable, type DynamoDbServer } from '../dynamodb-servers.ts'

/** The table that is synced and the warehouse that is a table, written and read by the SDK alone. */
export interface StockTable {
  readonly table: string
  readonly south: string
  readonly streamArn: string
  /** Writes over 16 SKUs, one after the other; every seventh removes, every fifth is the only one of its SKU. */
  readonly write: (count: number) => Promise<void>
  /** Writes every other one of the SKUs that were written once. */
  readonly writeAgain: () => Promise<void>
  readonly items: () => Promise<readonly unknown[]>
  readonly southItems: () => Promise<readonly unknown[]>
  /** Writes to the warehouse's table that put an older state over a newer one, or the same again. */
  readonly southSetBacks: () => Promise<readonly string[]>
}

let tables = 0

export async function stockTable({ client, endpoint }: DynamoDbServer): Promise<StockTable> {
  const name = `stock-${++tables}`
  const south = `${name}-south`
  const { streamArn } = await createTable(client, name, { sku: 'S' }, 'NEW_AND_OLD_IMAGES')
  const { streamArn: southArn } = await createTable(client, south, { sku: 'S' }, 'NEW_AND_OLD_IMAGES')
  const singles: { readonly S: string }[] = []
  let written = 0

  const put = (sku: { readonly S: string }, index: number) =>
    client.send(new PutItemCommand({ TableName: name, Item: { sku, quantity: { N: String(index) } } }))

  async function writeOne(): Promise<void> {
    const index = written++
    const single = index % 5 === 4 // lost, it would stay lost: no later write makes up for it
    const sku = { S: single ? `single-${index}` : `sku-${String(index % 20).padStart(2, '0')}` }
    if (single) singles.push(sku)
    if (index % 7 === 3 && !single) await client.send(new DeleteItemCommand({ TableName: name, Key: { sku } }))
    else await put(sku, index)
  }

  return {
    table: name,
    south,
    streamArn: streamArn!,
    write: async (count) => {
      for (let index = 0; index < count; index++) await writeOne()
    },
    writeAgain: async () => {
      for (const sku of singles.filter((_, index) => index % 2 === 0)) await put(sku, written++)
    },
    items: () => rowsOf(client, name),
    southItems: async () => {
      const rows = await rowsOf(client, south)
      return rows.filter((row) => row['_removed'] !== true).map(({ sku, quantity }) => ({ sku, quantity }))
    },
    southSetBacks: () => setBacksOf(endpoint, southArn!),
  }
}

/** As a guarded target's own stream tells them. */
async function setBacksOf(endpoint: string, streamArn: string): Promise<readonly string[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new DynamoDBStreamsClient({ region: 'us-east-1', credentials, endpoint })
  const found: string[] = []
  const versionOf = (image: object | undefined) => ((image ?? {}) as { _version?: { S: string } })._version?.S ?? ''
  const handler = ({ Records }: { readonly Records: readonly StreamRecord[] }) => {
    for (const { dynamodb } of Records) {
      const [before, after] = [versionOf(dynamodb?.OldImage), versionOf(dynamodb?.NewImage)]
      if (before >= after) found.push(`${JSON.stringify(dynamodb?.Keys)}: ${after} after ${before}`)
    }
    return Promise.resolve({ batchItemFailures: [] })
  }
  await eventSourceMapping({ handler, stream: { client, streamArn }, drain: true, batchSize: 1_000 }).run()
  client.destroy()
  return found
}

async function rowsOf(client: DynamoDBClient, table: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { Items: rows = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
  const items = rows.map((row) => unmarshall(row))
  return items.sort((a, b) => (String(a['sku']) < String(b['sku']) ? -1 : 1))
}
