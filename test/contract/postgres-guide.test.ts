import { createStreamSyncHandler, reconcile } from 'dynamodb-stream-sync'
import { postgresMigration } from 'dynamodb-stream-sync/targets/postgres'
import { streamEvent } from 'dynamodb-stream-sync/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type * as Guide from '../snippets/postgres.ts'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres-server.ts'

describe.skipIf(withoutPostgres())('the guide on PostgreSQL does what it says', () => {
  let server: PostgresServer
  let guide: typeof Guide
  beforeAll(async () => {
    server = await startPostgres()
    const { host, port, user, database } = server.connection
    const names = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database }
    for (const [name, value] of Object.entries(names)) vi.stubEnv(name, value)
    guide = await import('../snippets/postgres.ts')
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await guide.pool.end()
    await server.stop()
  })

  const sql = async (text: string) => (await guide.pool.query(text)).rows as unknown[]

  test('a table is made, kept in step and rid of its tombstones', async () => {
    await guide.migrate()
    await guide.migrate()
    const sold = { oldImage: { sku: 'B2', quantity: 1 } }
    await guide.onStream(streamEvent([{ newImage: { sku: 'A1', quantity: 5, note: 'fragile' } }, sold]))
    expect(await sql('SELECT sku, quantity, note, _removed AS removed FROM stock ORDER BY sku')).toEqual([
      { sku: 'A1', quantity: 5, note: 'fragile', removed: false },
      { sku: 'B2', quantity: null, note: null, removed: true },
    ])
    await sql("UPDATE stock SET _removed_at = now() - interval '31 days' WHERE _removed")
    await guide.purge()
    expect(await sql('SELECT sku FROM stock')).toEqual([{ sku: 'A1' }])
  })

  test('a table of others is compared with', async () => {
    await sql('CREATE TABLE articles (ean text PRIMARY KEY, qty integer, shelf text)')
    await sql("INSERT INTO articles VALUES ('A1', 5, 'S1'), ('B2', 9, 'S2')")
    await sql('CREATE TABLE shelves (sku text, site text, on_hand integer, reserved integer)')
    await sql("INSERT INTO shelves VALUES ('A1', 'lyon', 4, 1), ('A1', 'lyon', 2, 0), ('A1', 'porto', 9, 0)")
    const source = [{ sku: 'A1', quantity: 5 }]
    const { warehouses } = await reconcile({ source, warehouses: { lyon: guide.lyon, free: guide.free } })
    expect(warehouses).toMatchObject({
      lyon: { orphan: 1, mismatch: 0, missing: 0 },
      free: { orphan: 0, mismatch: 0, missing: 0 },
    })
  })

  test('columns of another name and make are written, and read back as the item', async () => {
    await sql('CREATE SCHEMA warehouse')
    await guide.pool.query(
      postgresMigration({
        table: 'bins',
        schema: 'warehouse',
        key: ['article', 'site'],
        columns: { on_hand: 'integer' },
      }),
    )
    const item = { sku: 'A1', location: 'R 7', stock: { onHand: 3 } }
    await createStreamSyncHandler(guide.binSync)(streamEvent([{ key: ['sku', 'location'], newImage: item }]))
    expect(await sql('SELECT article, site, on_hand FROM warehouse.bins')).toEqual([
      { article: 'A1', site: 'R 7', on_hand: 3 },
    ])
    const { porto } = guide.binSync.targets
    const report = await reconcile(
      { source: [item], warehouses: { porto: porto.snapshot!() } },
      { item: guide.binSync.item! },
    )
    expect(report.warehouses.porto).toMatchObject({ orphan: 0, mismatch: 0, missing: 0 })
  })
})
