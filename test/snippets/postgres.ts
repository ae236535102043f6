import { createStreamSyncHandler, defineItem, defineSync } from 'dynamodb-stream-sync'
import { sqsDlq } from 'dynamodb-stream-sync/dlq/sqs'
import { postgresSnapshot } from 'dynamodb-stream-sync/snapshots/postgres'
import { postgresMigration, postgresPurge, postgresTarget } from 'dynamodb-stream-sync/targets/postgres'
import { Pool } from 'pg'
import * as z from 'zod'

// region start
export const pool = new Pool({ max: 4, connectionTimeoutMillis: 2_000 }) // PGHOST, PGUSER and so on say where

export const berlin = postgresTarget({ pool, table: 'stock', key: 'sku' })

export const migrate = () =>
  pool.query(postgresMigration({ table: 'stock', key: 'sku', columns: { quantity: 'integer', note: 'text' } }))

// a table that others write, as a place to compare with
export const lyon = postgresSnapshot({ pool, table: 'articles', key: { ean: 'sku' }, columns: { qty: 'quantity' } })
// endregion

// region handler
const sync = defineSync({
  targets: { berlin: { target: berlin, concurrency: 2, timeoutMs: 2_000 } },
  dlq: sqsDlq({ queueUrl: process.env['DLQ_URL'] ?? 'https://sqs.eu-west-1.amazonaws.com/123456789012/stock-dlq' }),
})

export const onStream = createStreamSyncHandler(sync)
// endregion

// region mapped
const bin = defineItem({
  schema: z.object({ sku: z.string(), location: z.string(), stock: z.object({ onHand: z.int() }) }),
  key: ['sku', 'location'],
  quantity: (item) => item.stock.onHand,
})

export const binSync = defineSync(bin, {
  targets: {
    porto: postgresTarget({
      pool,
      table: 'bins',
      schema: 'warehouse',
      key: { article: 'sku', site: 'location' },
      columns: { on_hand: (item) => item.stock.onHand },
      row: ({ on_hand: onHand }) => ({ stock: { onHand } }),
    }),
  },
})
// endregion

// region purge
export const purge = () => pool.query(postgresPurge({ table: 'stock', tombstoneDays: 30 }))
// endregion

// region query
export const free = postgresSnapshot({
  pool,
  query: 'SELECT sku, sum(on_hand - reserved) AS quantity FROM shelves WHERE site = $1 GROUP BY sku',
  values: ['lyon'],
  key: 'sku',
})
// endregion
