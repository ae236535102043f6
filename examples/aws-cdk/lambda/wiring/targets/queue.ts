import { sqsTarget } from 'dynamodb-stream-sync/targets/sqs'
import type { Stock } from '../../../item.ts'
import type { Warehouse } from '../../../lib/config/types.ts'
import { queueVariable, variable } from '../environment.ts'

/** The warehouse's own queue, instead of the warehouse: a function of its own drains it. */
export async function warehouseQueue(warehouse: Warehouse) {
  const guarded = warehouse.kind !== 'http' || (warehouse.guarded ?? true) // what it is drained into
  return sqsTarget<Stock>({ queueUrl: variable(queueVariable(warehouse.name)), fifo: true, guarded })
}
