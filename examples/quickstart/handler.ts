import {
  createStreamSyncHandler,
  type InventoryItem,
  type SyncConfig,
  type WarehouseTarget,
} from 'dynamodb-stream-sync'

/** Where stock goes. The Lambda hands in real warehouses, the test those of the testing kit. */
export interface Places extends Pick<SyncConfig<InventoryItem>, 'dlq' | 'metrics' | 'logger' | 'clock'> {
  readonly berlin: WarehouseTarget<InventoryItem>
  readonly porto: WarehouseTarget<InventoryItem>
}

/** Berlin holds everything, Porto what is in stock. */
export function stockHandler({ berlin, porto, ...others }: Places) {
  return createStreamSyncHandler({
    targets: { berlin, porto: { target: porto, when: (item) => item.quantity > 0 } },
    ...others,
  })
}
