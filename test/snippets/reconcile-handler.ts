import { createReconcileHandler, defineSync } from 'dynamodb-stream-sync'
import { emfMetrics } from 'dynamodb-stream-sync/metrics/emf'
import { dynamoDbTable } from 'dynamodb-stream-sync/tables/dynamodb'
import { dynamoDbTarget } from 'dynamodb-stream-sync/targets/dynamodb'

// region handler
const sync = defineSync({
  targets: {
    berlin: dynamoDbTarget({ tableName: 'berlin-stock' }),
    lyon: { target: dynamoDbTarget({ tableName: 'lyon-stock' }), when: ({ quantity }) => quantity > 0 },
  },
  metrics: emfMetrics({ service: 'inventory' }),
})

/** Every two hours: finds what drifted, and repairs it. */
export const handler = createReconcileHandler({
  ...sync,
  table: dynamoDbTable({ tableName: 'inventory' }),
  mode: 'apply',
})
// endregion
