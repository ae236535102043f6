import { isWhole } from './is.ts'
import type { Problem } from './problems.ts'
import type { Deployment, Warehouse } from './types.ts'
import { timeoutSeconds } from './worst-case.ts'

/** A table on demand begins with 4,000 writes a second, a partition takes 1,000, and each has its open shard. */
const leastShards = 4
const writesPerShard = 1_000

/** Lambda's own limit. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const longestTimeoutSeconds = 900

/** A pointer to records that were given up is worth nothing once the stream has forgotten them: two hours to read it. */
const longestRecordAgeSeconds = 22 * 3_600

type Fits = readonly [setting: string, fits: boolean, says: string]

/** Whether the event source mapping keeps the library's promises, and whether the function can keep up with the shards. */
export function checkMapping(config: Deployment, warehouses: readonly Warehouse[]): readonly Problem[] {
  return [...mappingRules(config, warehouses), ...concurrencyRules(config)]
    .filter(([, fits]) => !fits)
    .map(([setting, , says]) => ({ file: 'config.ts', path: ['config', ...setting.split('.')], says }))
}

function mappingRules(config: Deployment, warehouses: readonly Warehouse[]): readonly Fits[] {
  const { mapping } = config
  const seconds = timeoutSeconds(mapping.batchSize, warehouses, config)
  return [
    ['mapping.batchSize', isWhole(mapping.batchSize, 1, 10_000), 'batchSize must be a whole number from 1 to 10,000.'],
    [
      'mapping.batchSize',
      !(seconds > longestTimeoutSeconds),
      `a batch of ${mapping.batchSize} may take ${seconds} s, above Lambda's ${longestTimeoutSeconds} s: it would be killed in the middle. ` +
        'Lower batchSize, or the timeoutMs or retry of the slowest warehouse, or raise its concurrency.',
    ],
    [
      'mapping.maximumBatchingWindowInSeconds',
      isWhole(mapping.maximumBatchingWindowInSeconds, 0, 300),
      'maximumBatchingWindowInSeconds must be a whole number from 0 to 300.',
    ],
    [
      'mapping.parallelizationFactor',
      isWhole(mapping.parallelizationFactor, 1, 10),
      'parallelizationFactor must be a whole number from 1 to 10.',
    ],
    [
      'mapping.maximumRetryAttempts',
      isWhole(mapping.maximumRetryAttempts, 3, 10_000),
      'maximumRetryAttempts must be a whole number from 3 to 10,000. Endless retries (-1) let one record hold its shard for a day; ' +
        'with fewer than 3 a short fault gives records up.',
    ],
    [
      'mapping.maximumRecordAgeInSeconds',
      isWhole(mapping.maximumRecordAgeInSeconds, 60, longestRecordAgeSeconds),
      `maximumRecordAgeInSeconds must be a whole number from 60 to ${longestRecordAgeSeconds}: later the stream forgets a record ` +
        'before anybody can read the pointer to it.',
    ],
    [
      'mapping.functionResponseTypes',
      mapping.functionResponseTypes.includes('ReportBatchItemFailures'),
      "functionResponseTypes must hold 'ReportBatchItemFailures': without it Lambda ignores what the handler could not deliver, and it is lost.",
    ],
  ]
}

function concurrencyRules({ sync, mapping, table }: Deployment): readonly Fits[] {
  const shards = Math.max(leastShards, Math.ceil((table.warmThroughput?.writeUnitsPerSecond ?? 0) / writesPerShard))
  const needed = sync.shards * mapping.parallelizationFactor
  return [
    [
      'sync.shards',
      isWhole(sync.shards, shards),
      `shards must be a whole number from ${shards} up: one per ${writesPerShard} writes a second that the table may take at once.`,
    ],
    [
      'sync.reservedConcurrency',
      isWhole(sync.reservedConcurrency, needed),
      `reservedConcurrency ${sync.reservedConcurrency} is below ${sync.shards} shards × parallelizationFactor ` +
        `${mapping.parallelizationFactor} = ${needed}: shards would wait for each other. Raise it, or lower the factor.`,
    ],
  ]
}
