import { Duration } from 'aws-cdk-lib'
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { MetricName } from 'dynamodb-stream-sync'

/** The namespace that the library's EMF emitter writes to. */
const namespace = 'StreamSync'

export interface Asked {
  readonly statistic: string
  readonly period?: Duration
  /** Of one warehouse. Default: of all together. */
  readonly target?: string
}

const minute = Duration.minutes(1)

/** A metric of the library, of one service. */
export function libraryMetric(
  service: string,
  name: MetricName,
  { statistic, period = minute, target }: Asked,
): Metric {
  return new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { Service: service, ...(target !== undefined && { Target: target }) },
    statistic,
    period,
    ...(target !== undefined && { label: target }),
  })
}

/** The share of deliveries that failed, in percent. Where nothing was delivered it is 0. */
export function errorRate(service: string, period: Duration, target?: string): MathExpression {
  const asked = { statistic: 'Sum', period, ...(target !== undefined && { target }) }
  const of = target === undefined ? '' : `_${target.replaceAll('-', '_')}` // several may stand in one graph
  const [deliveries, failures] = [`deliveries${of}`, `failures${of}`]
  return new MathExpression({
    expression: `IF(${deliveries} > 0, 100 * FILL(${failures}, 0) / ${deliveries}, 0)`,
    usingMetrics: {
      [deliveries]: libraryMetric(service, 'Deliveries', asked),
      [failures]: libraryMetric(service, 'DeliveryFailures', asked),
    },
    label: target ?? 'error rate in percent',
    period,
  })
}

/** So many metrics an alarm takes. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html */
export const mostInTotal = 10

/** The sum of one metric over several sources. One that is silent counts nothing. */
export function total(metrics: readonly Metric[], label: string, period = minute): MathExpression {
  const named = metrics.map((metric, index) => [`m${index}`, metric] as const)
  return new MathExpression({
    expression: named.map(([name]) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(named),
    label,
    period, // of the metrics too, whatever they say
  })
}
