import { defineSync, type TargetRoute } from 'dynamodb-stream-sync'
import { sqsDlq } from 'dynamodb-stream-sync/dlq/sqs'
import { config } from '../../config.ts'
import { stock, type Stock } from '../../item.ts'
import { variable } from './environment.ts'
import { observers } from './observers.ts'

/** The sync, declared once: every function takes it with the routes that it serves. */
export function inventorySync(targets: Readonly<Record<string, TargetRoute<Stock>>>) {
  const { only, ttl, epochs, deadlineMarginMs } = config.sync
  return defineSync(stock, {
    targets,
    ...(only && { when: (item: Stock) => item[only.attribute] === only.value }),
    ttl,
    epochs,
    deadlineMarginMs,
    dlq: sqsDlq({ queueUrl: variable('DLQ_URL') }),
    ...observers(),
  })
}
