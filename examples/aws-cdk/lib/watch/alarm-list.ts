import { Duration } from 'aws-cdk-lib'
import { ComparisonOperator, TreatMissingData, type IMetric, type Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Deployment } from '../config/types.ts'
import { errorRate, libraryMetric, mostInTotal, total } from './metrics.ts'
import type { Watched } from './watched.ts'

/** One alarm: what it says, what it looks at, when it goes off, and the runbook of the one who is called. */
export interface WatchAlarm {
  readonly id: string
  readonly says: string
  readonly runbook: string
  readonly metric: IMetric
  readonly threshold: number
  /** Periods that are looked at, and how many of them must be beyond the threshold. Default: one. */
  readonly periods?: readonly [outOf: number, beyond: number]
  readonly comparison?: ComparisonOperator
  readonly missing?: TreatMissingData
}

const minute = Duration.minutes(1)
const fiveMinutes = Duration.minutes(5)
const hour = Duration.hours(1)
const secondsOfDay = 86_400

/**
 * One minute of five. Totals hold 0 where nothing is told yet, and what a minute counts is told minutes later: the newest
 * one alone would never be beyond. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
const oneMinuteOfFive = [5, 1] as const

/** Every alarm of the deployment. */
export function alarmList(config: Deployment, watched: Watched): readonly WatchAlarm[] {
  return [
    ...deliveryAlarms(config.service, watched),
    ...queueAlarms(watched),
    ...warehouseQueueAlarms(watched),
    ...reconcileAlarms(config, watched),
    ...functionAlarms(watched.functions),
  ]
}

function deliveryAlarms(service: string, { sync }: Watched): readonly WatchAlarm[] {
  const conflicts = (['VersionConflicts', 'VersionRegressed'] as const).map((name) =>
    libraryMetric(service, name, { statistic: 'Sum' }),
  )
  return [
    {
      id: 'stream-latency',
      says: 'Changes reach the sync function later than 5 s after the write (p95).',
      runbook: 'stream-latency',
      metric: libraryMetric(service, 'StreamLatency', { statistic: 'p95' }),
      threshold: 5_000,
      periods: [5, 3],
    },
    {
      id: 'error-rate',
      says: 'More than 1 % of the deliveries to warehouses failed.',
      runbook: 'error-rate',
      metric: errorRate(service, fiveMinutes),
      threshold: 1,
    },
    {
      id: 'iterator-age',
      says: 'The sync function is more than a minute behind its stream.',
      runbook: 'iterator-age',
      metric: sync.metric('IteratorAge', { statistic: 'Maximum', period: minute }),
      threshold: 60_000,
      periods: [5, 3],
    },
    {
      id: 'versions',
      says: 'Items came in an order that versions cannot tell, or went backwards.',
      runbook: 'versions',
      metric: total(conflicts, 'version conflicts and regressions'),
      threshold: 0,
      periods: oneMinuteOfFive,
    },
  ]
}

function queueAlarms({ dead, undelivered }: Watched): readonly WatchAlarm[] {
  const depth = { statistic: 'Maximum', period: fiveMinutes }
  const waiting = (id: string, says: string, runbook: string, metric: Metric): WatchAlarm => ({
    id,
    says,
    runbook,
    metric,
    threshold: 0,
  })
  return [
    waiting(
      'dead-letters',
      'Deliveries were given up, or records cannot be read: they wait in the dead-letter queue.',
      'dead-letters',
      dead.letters.metricApproximateNumberOfMessagesVisible(depth),
    ),
    {
      id: 'dead-letters-age',
      says: 'Dead letters have waited for a day. After 14 days SQS drops them.',
      runbook: 'dead-letters',
      metric: dead.letters.metricApproximateAgeOfOldestMessage(depth),
      threshold: secondsOfDay,
    },
    waiting(
      'failed-batches',
      'Lambda gave up records of the stream. The stream forgets them 24 hours after their write.',
      'failed-batches',
      dead.failedBatches.metricApproximateNumberOfMessagesVisible(depth),
    ),
    waiting(
      'undelivered',
      'Events on the bus reached no partner, or a run of reconcile could not be started.',
      'undelivered',
      undelivered.metricApproximateNumberOfMessagesVisible(depth),
    ),
  ]
}

function warehouseQueueAlarms({ queues }: Watched): readonly WatchAlarm[] {
  const asked = { statistic: 'Maximum', period: fiveMinutes }
  return [...queues].flatMap(([name, { queue, undrained, hiddenSeconds }]) => [
    {
      id: `${name}-queue-age`,
      says: `Changes for ${name} wait in its queue, though what had failed was tried again.`,
      runbook: 'warehouse-queue',
      metric: queue.metricApproximateAgeOfOldestMessage(asked),
      // Once is normal. What was received more than three times is not counted any more, so that it is less than three.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
      threshold: Math.ceil(1.5 * hiddenSeconds),
    },
    {
      id: `${name}-undrained`,
      says: `Changes for ${name} were tried again and again, and given up.`,
      runbook: 'warehouse-queue',
      metric: undrained.metricApproximateNumberOfMessagesVisible(asked),
      threshold: 0,
    },
  ])
}

function reconcileAlarms({ service, reconcile }: Deployment, { machine }: Watched): readonly WatchAlarm[] {
  if (reconcile.scale === 'off') return []
  const missing = TreatMissingData.IGNORE // between two runs there is nothing new to say
  const hours = reconcile.everyHours + 1
  const broken = machine && ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted']
  return [
    {
      id: 'drift',
      says: `Reconcile found more than ${reconcile.driftThreshold} rows that differ.`,
      runbook: 'drift',
      metric: libraryMetric(service, 'Drift', { statistic: 'Sum', period: hour }),
      threshold: reconcile.driftThreshold,
      missing,
    },
    {
      id: 'reconcile-unknown',
      says: 'Reconcile could not tell whether the warehouses are equal to the table.',
      runbook: 'reconcile-unknown',
      metric: libraryMetric(service, 'ReconcileUnknown', { statistic: 'Maximum', period: hour }),
      threshold: 0,
      missing,
    },
    {
      id: 'reconcile-not-run',
      says: `No run of reconcile ended in ${hours} hours.`,
      runbook: 'reconcile-not-run',
      // Hours without a run must be hours of 0: where data is missing, CloudWatch looks further back for some.
      metric: total(
        [libraryMetric(service, 'ReconcileRows', { statistic: 'SampleCount', period: hour })],
        'runs that ended',
        hour,
      ),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: [hours, hours],
      missing: TreatMissingData.BREACHING,
    },
    ...(machine && broken
      ? [
          {
            id: 'reconcile-failed',
            says: 'A run of reconcile failed in one of its steps.',
            runbook: 'reconcile-not-run',
            metric: total(
              broken.map((name) => machine.metric(name, { statistic: 'Sum', period: minute })),
              'failed runs',
            ),
            threshold: 0,
            periods: oneMinuteOfFive,
          },
        ]
      : []),
  ]
}

/** An alarm takes no more than ten metrics: of more functions the others have alarms of their own, `throttles-2` and so on. */
function functionAlarms(functions: readonly IFunction[]): readonly WatchAlarm[] {
  const asked = { statistic: 'Sum', period: minute }
  const groups = Array.from({ length: Math.ceil(functions.length / mostInTotal) }, (_, index) => ({
    group: functions.slice(index * mostInTotal, (index + 1) * mostInTotal),
    nth: index === 0 ? '' : `-${index + 1}`,
  }))
  return groups.flatMap(({ group, nth }): readonly WatchAlarm[] => [
    {
      id: `throttles${nth}`,
      says: 'Lambda refused to run a function of the sync.',
      runbook: 'throttles',
      metric: total(
        group.map((one) => one.metricThrottles(asked)),
        'throttles',
      ),
      threshold: 0,
      periods: oneMinuteOfFive,
    },
    {
      id: `function-errors${nth}`,
      says: 'A function of the sync ended with an error.',
      runbook: 'function-errors',
      metric: total(
        group.map((one) => one.metricErrors(asked)),
        'errors',
      ),
      threshold: 0,
      periods: oneMinuteOfFive,
    },
  ])
}
