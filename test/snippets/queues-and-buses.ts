import * as z from 'zod'
import {
  createQueueSyncHandler,
  createStreamSyncHandler,
  defineItem,
  defineSync,
  type SourceTable,
  type WarehouseTarget,
} from 'dynamodb-stream-sync'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { eventBridgeTarget, type EventBridgeClientLike } from 'dynamodb-stream-sync/targets/event-bridge'
import { httpTarget } from 'dynamodb-stream-sync/targets/http'
import { sqsTarget } from 'dynamodb-stream-sync/targets/sqs'

const Stock = z.object({ sku: z.string(), quantity: z.int(), region: z.enum(['eu', 'us']), category: z.string() })
export type Stock = z.infer<typeof Stock>
export const item = defineItem({ schema: Stock, key: ['sku'] })

// region queue
const when = (stock: Stock) => stock.region === 'eu'

/** On the stream: what concerns Lyon goes to Lyon's queue. */
export const onStream = (lyonQueue: WarehouseTarget<Stock>) =>
  createStreamSyncHandler({ item, targets: { lyon: { when, target: lyonQueue } } })

/** On the queue, in a function of its own: the same name, the same item, the same `when`. */
export const onQueue = (lyon: WarehouseTarget<Stock>, table: SourceTable) =>
  createQueueSyncHandler({ item, targets: { lyon: { when, target: lyon } }, table })
// endregion

// region deployed
export const lambdas = () => ({
  onStream: onStream(sqsTarget({ queueUrl: process.env['LYON_QUEUE_URL']! })),
  onQueue: onQueue(
    httpTarget({ url: 'https://lyon.example/stock/{sku}', guarded: true }),
    dynamoDbTable({ tableName: 'inventory' }),
  ),
})
// endregion

// region groups
export const partners = (client?: EventBridgeClientLike) => {
  const bus = eventBridgeTarget<Stock>({
    eventBusName: 'stock',
    source: 'inventory',
    fields: ({ region, category }) => ({ region, category }),
    item: ({ sku, quantity }) => ({ sku, quantity }),
    client,
  })
  return defineSync(item, {
    targets: {
      europe: { target: bus, when: ({ region }) => region === 'eu' },
      garden: { target: bus, when: ({ category }) => category === 'garden' },
    },
  })
}
// endregion

// region rules
export const rules = {
  /** Everything that the group Europe is to know. */
  europe: { source: ['inventory'], detail: { target: ['europe'] } },
  /** Of the group Garden, what is in the US, and removals of which nobody knows where it was. */
  gardenInUs: { source: ['inventory'], detail: { target: ['garden'], fields: { region: ['us', { exists: false }] } } },
}
// endregion
