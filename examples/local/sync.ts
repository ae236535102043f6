import { defineSync, type MetricEmitter, type Snapshot, type SnapshotEntry } from 'dynamodb-stream-sync'
import { sqsDlq } from 'dynamodb-stream-sync/dlq/sqs'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { dynamoDbTarget } from 'dynamodb-stream-sync/targets/dynamodb'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'
import type { Meter } from './meter.ts'
import type { DynamoDb, Queue } from './servers.ts'

export const tableName = 'inventory'
export const lyonTableName = 'stock-lyon'
export const warehouses = ['berlin', 'lyon', 'porto'] as const
export type WarehouseName = (typeof warehouses)[number]

/** Where dead letters and changes go. */
export interface Destinations {
  readonly dynamoDb: Pick<DynamoDb, 'client'>
  readonly queue: Queue
  readonly berlinUrl: string
  readonly portoUrl: string
}

export interface Places extends Destinations {
  readonly dynamoDb: DynamoDb
}

/** Takes the metrics; may stand between the sync and its places, as the demo's meter does. */
export type Observer = MetricEmitter & Partial<Pick<Meter, 'watched' | 'watchedDlq'>>

/** The sync, declared once: the stream handler, the redrive and reconcile all take this. */
export function inventorySync({ dynamoDb, queue, berlinUrl, portoUrl }: Destinations, observer: Observer) {
  const watched: Meter['watched'] = observer.watched ?? ((_name, target) => target)
  const watchedDlq: Meter['watchedDlq'] = observer.watchedDlq ?? ((sink) => sink)
  const breaker = { failures: 5, coolDownMs: 500 }
  return defineSync({
    targets: {
      berlin: {
        target: watched('berlin', wms(berlinUrl)),
        breaker,
        retry: { maxAttempts: 3, minDelayMs: 20, maxDelayMs: 100 },
      },
      lyon: watched('lyon', dynamoDbTarget({ tableName: lyonTableName, client: dynamoDb.client })),
      porto: {
        target: watched('porto', wms(portoUrl)),
        breaker: { failures: 15, coolDownMs: 500 }, // it says no now and then, and means it for a second
        retry: { maxAttempts: 4, minDelayMs: 50, maxDelayMs: 1_000 },
      },
    },
    dlq: watchedDlq(sqsDlq({ queueUrl: queue.url, client: queue.client })),
    metrics: observer,
  })
}

/** The table itself: what redrive reads and reconcile compares with. */
export function inventoryTable({ dynamoDb }: Pick<Destinations, 'dynamoDb'>) {
  return dynamoDbTable({ tableName, client: dynamoDb.client })
}

/** Everything that an HTTP warehouse holds; it lists its stock in one answer. */
export function wmsSnapshot(url: string): Snapshot {
  async function* pages({ signal }: { readonly signal: AbortSignal }) {
    const response = await fetch(`${url}/stock`, { signal })
    if (!response.ok) throw new Error(`The warehouse answered ${response.status} to a listing.`)
    const rows = (await response.json()) as readonly WmsRow[]
    yield rows.map(({ sku, version, item, removed }): SnapshotEntry => ({
      item: { ...item, sku },
      version,
      ...(removed && { removed: true }),
    }))
  }
  return { order: 'none', pages }
}

/** A row in the listing of an HTTP warehouse. */
export interface WmsRow {
  readonly sku: string
  readonly version: string
  readonly item: Readonly<Record<string, unknown>>
  readonly removed: boolean
}

function wms(url: string) {
  return httpTarget({
    url: `${url}/stock/{sku}`,
    guarded: true, // it compares Sync-Version, and keeps the version of what was removed
    read: (body) => ({ item: body as Readonly<Record<string, unknown>> }),
  })
}
