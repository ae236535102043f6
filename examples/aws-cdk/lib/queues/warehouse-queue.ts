import { Duration } from 'aws-cdk-lib'
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { DeduplicationScope, FifoThroughputLimit, type Queue } from 'aws-cdk-lib/aws-sqs'
import type { Warehouse } from '../config/types.ts'
import { letterTimeoutSeconds } from '../config/worst-case.ts'
import { nodeFunction } from '../node-function.ts'
import type { Scope, Site } from '../site.ts'
import { allow, grantWarehouses, warehouseEnvironment } from '../warehouse-access.ts'
import type { RedriveParts } from './redrive-function.ts'
import { lastQueue, secureQueue } from './secure-queue.ts'

export interface WarehouseQueue {
  readonly queue: Queue
  /** What the drain could not apply, however often it tried. */
  readonly undrained: Queue
  readonly drain: IFunction
  /** How long a change that failed waits until it is tried again. */
  readonly hiddenSeconds: number
}

const batchSize = 10

/** A message that fails comes back after the visibility time-out: two and a half days of trying with the library's time-outs. */
const maxReceiveCount = 200

/** One item is a message group: its changes keep their order, and a slow warehouse delays no other warehouse. */
export function warehouseQueue(scope: Scope, site: Site, warehouse: Warehouse, parts: RedriveParts): WarehouseQueue {
  const seconds = letterTimeoutSeconds(batchSize, [warehouse], site.config)
  const hiddenSeconds = 6 * seconds // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  const fifo = { fifo: true }
  const undrained = lastQueue(scope, 'Undrained', site, fifo)
  const queue = secureQueue(scope, 'Queue', site, {
    ...fifo,
    visibilityTimeout: Duration.seconds(hiddenSeconds),
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    deadLetterQueue: { queue: undrained, maxReceiveCount },
  })
  const drain = drainFunction(scope, site, { warehouse, queue, seconds, ...parts })
  return { queue, undrained, drain, hiddenSeconds }
}

interface DrainParts extends RedriveParts {
  readonly warehouse: Warehouse
  readonly queue: Queue
  readonly seconds: number
}

function drainFunction(
  scope: Scope,
  site: Site,
  { warehouse, queue, seconds, source, dead, bus }: DrainParts,
): IFunction {
  const reached = { warehouses: [warehouse], bus }
  const drain = nodeFunction(
    scope,
    'Drain',
    {
      entry: 'drain',
      bundle: `drain-${warehouse.name}`,
      description: `Takes the changes in the queue of ${warehouse.name} to that warehouse.`,
      timeoutSeconds: seconds,
      memoryMb: site.config.sync.memoryMb,
      reach: reached,
      environment: {
        WAREHOUSE: warehouse.name,
        TABLE_NAME: source.table.tableName,
        DLQ_URL: dead.letters.queueUrl,
        ...warehouseEnvironment(reached),
      },
    },
    site,
  )
  grantWarehouses(scope, drain, reached)
  allow(drain, ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], [source.table.tableArn])
  queue.grantConsumeMessages(drain)
  new EventSourceMapping(scope, 'Mapping', {
    target: drain,
    eventSourceArn: queue.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    maxConcurrency: Math.max(2, Math.ceil((warehouse.concurrency ?? 10) / batchSize)),
  })
  return drain
}
