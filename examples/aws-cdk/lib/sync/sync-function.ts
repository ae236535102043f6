import { Duration } from 'aws-cdk-lib'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { EventSourceMapping, MetricType, StartingPosition, type IFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { queueVariable } from '../../lambda/wiring/environment.ts'
import { timeoutSeconds } from '../config/worst-case.ts'
import { nodeFunction } from '../node-function.ts'
import type { DeadLetters } from '../queues/dead-letters.ts'
import { hasQueue } from '../queues/has-queue.ts'
import { acknowledgeWildcard } from '../security/acknowledge.ts'
import type { Scope, Site } from '../site.ts'
import type { InventoryTable } from '../table.ts'
import { allow, grantWarehouses, warehouseEnvironment } from '../warehouse-access.ts'
import { filterPatterns } from './filter-patterns.ts'

export interface SyncParts {
  readonly source: InventoryTable
  readonly dead: DeadLetters
  readonly bus: IEventBus
  /** The queues that warehouses have of their own, by warehouse. */
  readonly queues: ReadonlyMap<string, Queue>
}

export interface SyncFunction {
  readonly sync: IFunction
  readonly mapping: EventSourceMapping
}

/** The function that takes every change of the table to the warehouses, and its mapping on the stream. */
export function syncFunction(scope: Scope, site: Site, parts: SyncParts): SyncFunction {
  const { config } = site
  const { source, dead, bus, queues } = parts
  const warehouses = site.warehouses.filter((warehouse) => !hasQueue(warehouse))
  const reached = { warehouses, bus }
  const sync = nodeFunction(
    scope,
    'Sync',
    {
      entry: 'sync',
      description: 'Takes every change of the inventory table to the warehouses that it concerns.',
      timeoutSeconds: timeoutSeconds(config.mapping.batchSize, site.warehouses, config),
      memoryMb: config.sync.memoryMb,
      reservedConcurrency: config.sync.reservedConcurrency,
      reach: { warehouses, queues: queues.size > 0 },
      environment: {
        DLQ_URL: dead.letters.queueUrl,
        ...warehouseEnvironment(reached),
        ...Object.fromEntries([...queues].map(([name, queue]) => [queueVariable(name), queue.queueUrl])),
      },
    },
    site,
  )
  grantWarehouses(scope, sync, reached)
  for (const queue of [dead.letters, dead.failedBatches, ...queues.values()]) queue.grantSendMessages(sync)
  grantStream(sync, source)
  return { sync, mapping: streamMapping(scope, site, { sync, source, dead }) }
}

function streamMapping(
  scope: Construct,
  { config, key }: Site,
  { sync, source, dead }: Pick<SyncParts, 'source' | 'dead'> & Pick<SyncFunction, 'sync'>,
): EventSourceMapping {
  const { mapping } = config
  const patterns = filterPatterns(config.sync)
  return new EventSourceMapping(scope, 'Stream', {
    target: sync,
    eventSourceArn: source.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: mapping.batchSize,
    maxBatchingWindow: Duration.seconds(mapping.maximumBatchingWindowInSeconds),
    parallelizationFactor: mapping.parallelizationFactor,
    bisectBatchOnError: mapping.bisectBatchOnFunctionError,
    retryAttempts: mapping.maximumRetryAttempts,
    maxRecordAge: Duration.seconds(mapping.maximumRecordAgeInSeconds),
    reportBatchItemFailures: mapping.functionResponseTypes.includes('ReportBatchItemFailures'),
    onFailure: new SqsDlq(dead.failedBatches),
    metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    ...(patterns && { filters: patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) })) }),
    ...(patterns && key && { filterEncryption: key }),
  })
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-ddb.html */
function grantStream(sync: IFunction, { table, streamArn }: InventoryTable): void {
  allow(sync, ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [streamArn])
  const streams = `${table.tableArn}/stream/*`
  allow(sync, ['dynamodb:ListStreams'], [streams])
  acknowledgeWildcard(sync.role!, streams, "Lambda lists a table's streams, and the next one has no name yet.")
}
