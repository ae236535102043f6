import { postgresSnapshot } from 'dynamodb-stream-sync/snapshots/postgres'
import { postgresMigration, postgresTarget } from 'dynamodb-stream-sync/targets/postgres'
import { snapshotContract, warehouseTargetContract } from 'dynamodb-stream-sync/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type PostgresServer, startPostgres, withoutPostgres } from '../support/postgres-server.ts'
import { callContext, upsertOf } from '../support/stock-changes.ts'

/** A column for each attribute that the contract's hostile items have. */
const columns = {
  ...{ quantity: 'numeric', text: 'text', nested: 'jsonb', empty: 'text', list: 'jsonb', map: 'jsonb' },
  ...{ nothing: 'jsonb', no: 'boolean', constructor: 'text', 'a.b': 'numeric', 'A.b': 'integer', ' a ': 'smallint' },
  ...{ '#a:[0]': 'bigint', size: 'varchar', '\u{1f600}': 'numeric', '7': 'double precision', least: 'numeric' },
  ...{ first: 'numeric', most: 'numeric', fraction: 'numeric', mixed: 'numeric', tenth: 'double precision' },
  ...{ negative: 'numeric', tiny: 'numeric', huge: 'double precision', zero: 'numeric' },
  ['__proto__']: 'text',
}

describe.skipIf(withoutPostgres())('PostgreSQL keeps the published contracts', () => {
  let server: PostgresServer
  let pool: Pool
  let tables = 0
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool()
    for (const table of ['named', 'keyed']) await pool.query(postgresMigration({ table, key: 'sku', columns }))
    await pool.query(postgresMigration({ table: 'mapped', key: 'article', columns: { on_hand: 'numeric' } }))
  })
  afterAll(() => server.stop())

  describe('postgresTarget by the names of attributes', () => {
    const create = () => postgresTarget({ pool, table: 'named' })
    for (const { name, check } of warehouseTargetContract({ create })) test(name, check)
  })

  describe('postgresTarget with its key', () => {
    const create = () => postgresTarget({ pool, table: 'keyed', key: 'sku', batchSize: 7 })
    for (const { name, check } of warehouseTargetContract({
      create,
      abilities: ['guarded', 'batch', 'read', 'snapshot'],
    }))
      test(name, check)
  })

  describe('postgresTarget with columns of its own', () => {
    const create = () =>
      postgresTarget<{ readonly sku: string; readonly quantity: number }>({
        pool,
        table: 'mapped',
        key: { article: 'sku' },
        columns: { on_hand: (item) => item.quantity },
        row: ({ on_hand: quantity }) => ({ quantity }),
      })
    for (const { name, check } of warehouseTargetContract({ create })) test(name, check)
  })

  const held = () => pool.totalCount - pool.idleCount
  const emptyTable = async (): Promise<string> => {
    const table = `snapshots-${(tables += 1)}`
    await pool.query(postgresMigration({ table, key: 'sku', columns: { quantity: 'integer' } }))
    return table
  }

  describe("postgresSnapshot of a team's table", () => {
    const create = async (rows: readonly object[]) => {
      const table = `stock ${(tables += 1)}`
      await pool.query(`CREATE TABLE "${table}" (sku text PRIMARY KEY, quantity integer NOT NULL)`)
      await pool.query(`INSERT INTO "${table}" SELECT * FROM json_to_recordset($1) AS r(sku text, quantity integer)`, [
        JSON.stringify(rows),
      ])
      return postgresSnapshot({ pool, table, key: 'sku', pageRows: 700 })
    }
    for (const { name, check } of snapshotContract({ create, held })) test(name, check)
  })

  describe('postgresSnapshot of a query', () => {
    const create = (rows: readonly object[]) =>
      postgresSnapshot({
        pool,
        query: 'SELECT sku AS article, quantity FROM json_to_recordset($1) AS r(sku text, quantity bigint) -- all',
        values: [JSON.stringify(rows)],
        key: { article: 'sku' },
      })
    for (const { name, check } of snapshotContract({ create, held })) test(name, check)
  })

  describe.each([undefined, 'sku'])('the snapshot of a postgresTarget with the key %s', (key) => {
    const create = async (rows: readonly object[]) => {
      const target = postgresTarget({ pool, table: await emptyTable(), key })
      const changes = rows.map((row) => {
        const { sku, ...item } = row as { readonly sku: string }
        return upsertOf({ sku }, 1, item)
      })
      for (let at = 0; at < changes.length; at += 500)
        await target.applyBatch(changes.slice(at, at + 500), callContext())
      return target.snapshot!()
    }
    for (const { name, check } of snapshotContract({ create, held })) test(name, check)
  })
})
