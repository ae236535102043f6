import { BatchWriteItemCommand, DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { InventoryItem } from 'dynamodb-stream-sync'
import type { WmsFault, WmsRequest, WmsRow } from './wms-server.ts'

/** Older than every record, so that each write that follows counts. */
export const seedVersion = '-'

/** Writes rows to a table, 25 a call. */
export async function fillTable(client: DynamoDBClient, table: string, items: readonly InventoryItem[]): Promise<void> {
  for (let start = 0; start < items.length; start += 25) {
    const puts = items.slice(start, start + 25).map(({ sku, quantity }) => ({
      PutRequest: { Item: { sku: { S: sku }, quantity: { N: String(quantity) } } },
    }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }))
  }
}

/** Rows as the warehouse management system keeps them, by path. */
export function wmsRows(items: readonly InventoryItem[]): Map<string, WmsRow> {
  return new Map(
    items.map((item) => [
      `/stock/${item.sku}`,
      { path: ['stock', item.sku], version: seedVersion, text: JSON.stringify(item), removed: false },
    ]),
  )
}

/** Its list of rows, in pages that name the next one: `GET /stock?after=…`. */
export function listPage(
  request: WmsRequest,
  store: ReadonlyMap<string, WmsRow>,
  pageRows: number,
): WmsFault | undefined {
  const url = new URL(request.url, 'http://wms')
  if (request.method !== 'GET' || url.pathname !== '/stock') return undefined
  const after = url.searchParams.get('after') ?? ''
  const rows = [...store.values()].map((row) => ({ ...row, sku: row.path[1] ?? '' }))
  const sorted = rows.filter(({ sku }) => sku > after).sort((a, b) => (a.sku < b.sku ? -1 : 1))
  const page = sorted.slice(0, pageRows)
  const last = page.at(-1)?.sku
  const link =
    sorted.length > pageRows && last !== undefined
      ? { link: `</stock?after=${encodeURIComponent(last)}>; rel="next"` }
      : {}
  const body = JSON.stringify({
    rows: page.map(({ sku, text, version, removed }) =>
      removed ? { item: { sku }, version, removed } : { item: JSON.parse(text) as unknown, version },
    ),
  })
  return { answer: { status: 200, headers: { 'content-type': 'application/json', ...link }, body } }
}

export interface Writers {
  /** How long the oldest write waits that has not been delivered yet. */
  readonly lagMs: () => number
  /** Tells of writes that were delivered. */
  readonly delivered: (skus: readonly string[]) => void
  /** Ends the writing, and waits until all was delivered; answers how many writes there were. */
  readonly stop: () => Promise<number>
}

/** Writes some of the items again and again, so many a second, and removes every tenth for a while. */
export function startWriters(
  client: DynamoDBClient,
  table: string,
  skus: readonly string[],
  perSecond: number,
): Writers {
  const waiting = new Map<string, number[]>()
  let count = 0
  let stopped = false
  let allDelivered: () => void = () => undefined
  const start = performance.now()

  async function write(): Promise<void> {
    while (!stopped) {
      const due = Math.floor(((performance.now() - start) / 1_000) * perSecond)
      await Promise.all(Array.from({ length: Math.min(50, due - count) }, () => writeOne(count++)))
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  async function writeOne(n: number): Promise<void> {
    const sku = skus[(n * 7_919) % skus.length] as string
    waiting.set(sku, [...(waiting.get(sku) ?? []), performance.now()])
    if (n % 10 === 9) await client.send(new DeleteItemCommand({ TableName: table, Key: { sku: { S: sku } } }))
    else
      await client.send(
        new PutItemCommand({ TableName: table, Item: { sku: { S: sku }, quantity: { N: String(1_000 + n) } } }),
      )
  }
  const done = write()
  return {
    lagMs: () => Math.max(0, ...[...waiting.values()].map(([first = performance.now()]) => performance.now() - first)),
    delivered(all) {
      for (const sku of all) {
        const rest = waiting.get(sku)?.slice(1) ?? []
        if (rest.length > 0) waiting.set(sku, rest)
        else waiting.delete(sku)
      }
      if (waiting.size === 0) allDelivered()
    },
    async stop() {
      stopped = true
      await done
      await new Promise<void>((resolve) => {
        allDelivered = resolve
        if (waiting.size === 0) resolve()
      })
      return count
    },
  }
}
