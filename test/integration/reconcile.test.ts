import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import {
  createStreamSyncHandler,
  defineSync,
  reconcile,
  type Drift,
  type InventoryItem,
  type ReconcileReport,
  type StreamRecord,
} from 'dynamodb-stream-sync'
import { httpSnapshot } from 'dynamodb-stream-sync/snapshots/http'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'
import { postgresMigration, postgresTarget } from 'dynamodb-stream-sync/targets/postgres'
import { eventSourceMapping } from 'dynamodb-stream-sync/testing'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable, type DynamoDbServer, dynamoDbServers, skipped } from '../support/dynamodb-servers.ts'
import { postgresMissing, startPostgres, type PostgresServer } from '../support/postgres-server.ts'
import { fillTable, listPage, seedVersion, startWriters, wmsRows, type Writers } from '../support/reconcile-places.ts'
import { startWmsServer, type WmsRow, type WmsServer } from '../support/wms-server.ts'

const skuAt = (n: number) => `sku-${String(n).padStart(5, '0')}`
const stockOf = (count: number): readonly InventoryItem[] =>
  Array.from({ length: count }, (_, n) => ({ sku: skuAt(n), quantity: n % 500 }))
const [local] = dynamoDbServers().filter(({ name }) => name === 'DynamoDB Local')

interface Reconciled {
  readonly report: ReconcileReport<InventoryItem>
  readonly told: readonly Drift<InventoryItem>[]
}

const slow = 300_000 // filling three places takes most of it

describe.skipIf(!local || skipped(local) || postgresMissing())('reconcile amid 200 writes a second', () => {
  let database: DynamoDbServer
  let postgres: PostgresServer
  let pool: Pool

  beforeAll(async () => {
    ;[database, postgres] = await Promise.all([local!.start(), startPostgres()])
    pool = new Pool({ ...postgres.connection, max: 10, connectionTimeoutMillis: 20_000 })
  })
  afterAll(async () => {
    await pool.end()
    await Promise.all([database.stop(), postgres.stop()])
  })

  test(
    '20,000 SKUs at two warehouses, 200 drifts: just these are found and mended; then all is equal',
    { timeout: slow },
    async () => {
      const items = stockOf(20_000)
      const place = await stocked('drifted', items)
      for (let n = 0; n < 200; n++) await drift(place, skuAt(n), n)
      const writers = place.write(items.slice(200))
      const first = await place.reconciled(writers)
      const written = await writers.stop()

      expect(written).toBeGreaterThan(500)
      expect(first.told.map(({ key }) => key).sort()).toEqual(items.slice(0, 200).map(({ sku }) => sku))
      expect(repairsOf(first.report)).toBe(200)
      const second = await place.reconciled()
      expect(second.report).toMatchObject({ verdict: 'equal', sample: [] })
      await place.close()
    },
  )

  test('writes to every SKU, and no drift: none is found', { timeout: slow }, async () => {
    const items = stockOf(5_000)
    const place = await stocked('equal', items)
    const writers = place.write(items)
    const { report, told } = await place.reconciled(writers)
    await writers.stop()
    expect(told).toEqual([])
    expect(repairsOf(report)).toBe(0)
    expect((await place.reconciled()).report.verdict).toBe('equal')
    await place.close()
  })

  async function stocked(name: string, items: readonly InventoryItem[]) {
    const { streamArn } = await createTable(database.client, name, { sku: 'S' }, 'NEW_AND_OLD_IMAGES')
    await fillTable(database.client, name, items)
    await pool.query(postgresMigration({ table: name, key: { sku: 'text' }, columns: { quantity: 'numeric' } }))
    const store = wmsRows(items)
    const warehouse = await startWmsServer({ store, fault: (request) => listPage(request, store, 1_000) })
    const targets = {
      berlin: postgresTarget<InventoryItem>({ pool, table: name, key: 'sku' }),
      lyon: { ...wms(warehouse), snapshot: () => listed(warehouse) },
    }
    await seed(name, items)
    const patience = { timeoutMs: 20_000, concurrency: 20 } // a busy machine is no failure
    const sync = defineSync({
      targets: { berlin: { target: targets.berlin, ...patience }, lyon: { target: targets.lyon, ...patience } },
    })
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const streams = new DynamoDBStreamsClient({ endpoint: database.endpoint, region: 'us-east-1', credentials })
    let delivered: (skus: readonly string[]) => void = () => undefined
    const handler = createStreamSyncHandler(sync)
    const live = eventSourceMapping({
      ...{
        stream: { client: streams, streamArn: streamArn! },
        drain: true,
        startingPosition: 'LATEST',
        batchSize: 200,
      },
      handler: async (event, context) => {
        const response = await handler(event, context)
        if (response.batchItemFailures.length === 0) delivered(event.Records.map(skuOf))
        return response
      },
    })
    await live.run() // it has looked at the stream: what is written from now on is delivered
    const closing = new AbortController()
    const running = (async () => {
      while (!closing.signal.aborted) await live.run()
    })()
    const table = dynamoDbTable({ tableName: name, client: database.client })
    return {
      ...{ table: name, warehouse, store },
      /** 200 writes a second, each of which is delivered as the stream brings it. */
      write(to: readonly InventoryItem[]): Writers {
        const writers = startWriters(
          database.client,
          name,
          to.map(({ sku }) => sku),
          200,
        )
        delivered = writers.delivered
        return writers
      },
      /** Reconciles, while the writers go on; once more where the machine is so busy that the stream lags, as the next run would. */
      async reconciled(writers?: Writers, attempts = 5): Promise<Reconciled> {
        const told: Drift<InventoryItem>[] = []
        const report = await reconcile(
          { source: table.snapshot(), warehouses: { berlin: targets.berlin.snapshot!(), lyon: listed(warehouse) } },
          {
            ...{ ...sync, table, mode: 'apply', settleMs: writers ? 10_000 : 0, orphans: 'remove' },
            ...(writers ? { lagMs: async () => writers.lagMs(), maxLagMs: 9_500 } : {}),
            onDrift: (one) => void told.push(one),
          },
        )
        return report.stoppedBy === 'lag' && attempts > 1 ? this.reconciled(writers, attempts - 1) : { report, told }
      },
      close: async () => {
        closing.abort()
        await running
        streams.destroy()
        await warehouse.stop()
      },
    }
  }

  async function seed(table: string, items: readonly InventoryItem[]): Promise<void> {
    const [skus, quantities] = [items.map(({ sku }) => sku), items.map(({ quantity }) => quantity)]
    await pool.query(
      `insert into "${table}" (sku, quantity, _version, _removed) select s, q, '${seedVersion}', false from unnest($1::text[], $2::numeric[]) t(s, q)`,
      [skus, quantities],
    )
  }

  /** Each in its own way: another quantity, a row too few, a row too many. */
  async function drift(
    { table, store }: { readonly table: string; readonly store: Map<string, WmsRow> },
    sku: string,
    n: number,
  ): Promise<void> {
    const path = `/stock/${sku}`
    if (n % 4 === 0) await pool.query(`update "${table}" set quantity = quantity + 7 where sku = $1`, [sku])
    else if (n % 4 === 1) await pool.query(`delete from "${table}" where sku = $1`, [sku])
    else if (n % 4 === 2) store.delete(path)
    else store.set(path, { ...store.get(path)!, text: JSON.stringify({ sku, quantity: -1 }) })
  }
})

function wms({ url }: WmsServer) {
  return httpTarget<InventoryItem>({
    url: `${url}/stock/{sku}`,
    guarded: true,
    read: (body) => ({ item: body as Readonly<Record<string, unknown>> }),
  })
}

function listed({ url }: WmsServer) {
  return httpSnapshot({
    url: `${url}/stock`,
    entries: true,
    order: 'key',
    rows: (body) => (body as { rows: never[] }).rows,
  })
}

function skuOf({ dynamodb }: StreamRecord): string {
  return (dynamodb?.Keys as { readonly sku: { readonly S: string } }).sku.S
}

function repairsOf({ warehouses }: Awaited<ReturnType<typeof reconcile>>): number {
  return Object.values(warehouses).reduce((sum, { repairs }) => sum + repairs.applied, 0)
}
