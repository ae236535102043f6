import {
  createStreamSyncHandler,
  defineItem,
  defineSync,
  type DlqSink,
  type WarehouseTarget,
} from 'dynamodb-stream-sync'
import * as z from 'zod'

// region item
const Stock = z.object({
  sku: z.string(),
  location: z.string(),
  region: z.enum(['eu', 'us']),
  onHand: z.number(),
  reserved: z.number().default(0),
  changedAt: z.iso.datetime({ precision: 3 }),
})
export type Stock = z.infer<typeof Stock>

export const stock = defineItem({
  schema: Stock,
  key: ['sku', 'location'],
  version: { attribute: 'changedAt' },
  quantity: (item) => item.onHand - item.reserved,
  fields: ['region', 'onHand', 'reserved'],
})
// endregion

interface Places {
  readonly berlin: WarehouseTarget<Stock>
  readonly austin: WarehouseTarget<Stock>
  readonly ledger: WarehouseTarget<Stock>
  readonly dlq: DlqSink
}

// region sync
export function stockSync({ berlin, austin, ledger, dlq }: Places) {
  return defineSync(stock, {
    targets: {
      berlin: { target: berlin, when: (item) => item.region === 'eu' && item.onHand > 0 },
      austin: {
        target: austin,
        when: (item) => item.region === 'us',
        concurrency: 4,
        timeoutMs: 1_500,
        retry: { maxAttempts: 4, minDelayMs: 50, maxDelayMs: 500 },
        breaker: { failures: 3, coolDownMs: 10_000 },
      },
      ledger: { target: ledger, onUnavailable: 'stall' },
    },
    dlq,
  })
}
// endregion

// region handler
export const stockHandler = (places: Places) => createStreamSyncHandler(stockSync(places))
// endregion
