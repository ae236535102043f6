import { Duration } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, AlarmStatusWidget, Metric, type Alarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { isComparable } from '../config/comparable.ts'
import type { Scope, Site } from '../site.ts'
import { errorRate, libraryMetric } from './metrics.ts'
import type { Watched } from './watched.ts'

const fiveMinutes = Duration.minutes(5)
const hour = Duration.hours(1)

/** One page with how the sync does. */
export function dashboard(scope: Scope, site: Site, watched: Watched, all: readonly Alarm[]): Dashboard {
  const { service } = site.config
  const page = new Dashboard(scope, 'Dashboard', {
    dashboardName: `${service}-sync`,
    defaultInterval: Duration.hours(3),
  })
  page.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...all], width: 24, height: 4 }))
  page.addWidgets(...deliveryGraphs(site))
  page.addWidgets(...queueGraphs(watched))
  if (site.config.reconcile.scale !== 'off') page.addWidgets(...reconcileGraphs(site))
  page.addWidgets(...capacityGraphs(site, watched))
  return page
}

function graph(
  title: string,
  left: readonly IMetric[],
  at?: { readonly value: number; readonly label: string },
): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: 8, height: 6, ...(at && { leftAnnotations: [at] }) })
}

function deliveryGraphs({ config: { service }, warehouses }: Site): readonly GraphWidget[] {
  const latency = ['p50', 'p95', 'p99'].map((statistic) =>
    libraryMetric(service, 'StreamLatency', { statistic }).with({ label: statistic }),
  )
  const names = warehouses.map(({ name }) => name)
  return [
    graph('Stream latency, ms', latency, { value: 5_000, label: 'alarm' }),
    graph(
      'Sync time per warehouse, p95, ms',
      names.map((target) => libraryMetric(service, 'SyncDuration', { statistic: 'p95', target })),
    ),
    graph(
      'Error rate per warehouse, %',
      names.map((target) => errorRate(service, fiveMinutes, target)),
      { value: 1, label: 'alarm' },
    ),
  ]
}

function queueGraphs({ dead, undelivered, queues }: Watched): readonly GraphWidget[] {
  const asked = { statistic: 'Maximum', period: fiveMinutes }
  const depths = { 'dead letters': dead.letters, 'failed batches': dead.failedBatches, undelivered }
  const own = [...queues]
  return [
    graph(
      'Dead letters',
      Object.entries(depths).map(([label, queue]) =>
        queue.metricApproximateNumberOfMessagesVisible({ ...asked, label }),
      ),
    ),
    graph('Age of the oldest dead letter, s', [dead.letters.metricApproximateAgeOfOldestMessage(asked)]),
    graph(
      "Age in the warehouses' own queues, s",
      own.map(([label, { queue }]) => queue.metricApproximateAgeOfOldestMessage({ ...asked, label })),
    ),
  ]
}

function reconcileGraphs({ config: { service, reconcile }, warehouses }: Site): readonly GraphWidget[] {
  const names = warehouses.filter(isComparable).map(({ name }) => name)
  const of = (name: 'Drift' | 'AccuracyPercent', statistic: string) =>
    names.map((target) => libraryMetric(service, name, { statistic, period: hour, target }))
  return [
    graph('Drift, rows', of('Drift', 'Sum'), { value: reconcile.driftThreshold, label: 'alarm' }),
    graph('Accuracy, %', of('AccuracyPercent', 'Minimum')),
    graph('Rows compared', [libraryMetric(service, 'ReconcileRows', { statistic: 'Sum', period: hour })]),
  ]
}

function capacityGraphs({ config }: Site, { sync, mapping, functions }: Watched): readonly GraphWidget[] {
  const { reservedConcurrency, shards } = config.sync
  const dimensionsMap = { EventSourceMappingUUID: mapping.eventSourceMappingId }
  const running = sync.metric('ConcurrentExecutions', { statistic: 'Maximum' })
  const events = ['PolledEventCount', 'InvokedEventCount', 'FilteredOutEventCount'].map(
    (metricName) =>
      new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap, statistic: 'Sum', period: Duration.minutes(1) }),
  )
  return [
    new GraphWidget({
      title: `Concurrency: ${shards} shards × ${config.mapping.parallelizationFactor}`,
      left: [running, sync.metricThrottles({ period: Duration.minutes(1) })],
      leftAnnotations: [
        { value: reservedConcurrency, label: 'reserved' },
        { value: shards * config.mapping.parallelizationFactor, label: 'shards × factor' },
      ],
      width: 8,
      height: 6,
    }),
    graph('Events of the stream', events),
    graph('Iterator age, ms, and errors', [
      sync.metric('IteratorAge', { statistic: 'Maximum' }),
      ...functions.map((one) => one.metricErrors()),
    ]),
  ]
}
