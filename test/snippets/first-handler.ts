import { createStreamSyncHandler, type Clock, type DlqSink, type WarehouseTarget } from 'dynamodb-stream-sync'
import type { InventoryItem } from 'dynamodb-stream-sync'

type Warehouse = WarehouseTarget<InventoryItem>

/** The rules of the sync. The Lambda hands in real warehouses, the test those of the kit. */
export function stockHandler(places: { east: Warehouse; west: Warehouse; dlq: DlqSink; clock?: Clock }) {
  const { east, west, dlq, clock } = places
  return createStreamSyncHandler({
    targets: {
      east: { target: east, when: (item) => item.quantity > 0 },
      west: { target: west, timeoutMs: 1_000, retry: { maxAttempts: 2 } },
    },
    dlq,
    clock,
  })
}
