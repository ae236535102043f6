import { sqsTarget } from 'dynamodb-stream-sync/targets/sqs'
import type { Stock } from '../../../item.ts'
import { queueVariable, variable } from '../environment.ts'

/** The warehouse's own queue, instead of the warehouse: a function of its own drains it. */
export async function warehouseQueue(name: string) {
  return sqsTarget<Stock>({ queueUrl: variable(queueVariable(name)) })
}
