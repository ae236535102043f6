import type { CloudWatch, MetricId } from './cloud-watch.ts'
import { metricMath } from './metric-math.ts'

/** A metric with the statistic that an alarm or a widget asks for. */
export interface AskedMetric extends MetricId {
  readonly statistic: string
  readonly periodMs: number
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: any }>>
}

/** An alarm of a template. */
export interface TemplateAlarm {
  readonly name: string
  readonly asked: readonly AskedMetric[]
  /** What it computes of them, where it does. */
  readonly expression: string | undefined
  /** When it goes off: `> 5, 3 of 5`, and how it treats data that are missing. */
  readonly condition: string
  /** Its state after the period that ends at `end`, when it was `before`. */
  readonly state: (metrics: CloudWatch, end: number, before: AlarmState) => AlarmState
  readonly periodMs: number
}

/** Every alarm of a template; references in dimensions are texts such as `Ref:Id` and `Id.QueueName`. */
export function alarmsIn({ Resources: resources }: Template): readonly TemplateAlarm[] {
  const alarms = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  return alarms.map(({ Properties }) => alarmOf(Properties))
}

function alarmOf(properties: any): TemplateAlarm {
  const queries: readonly any[] = properties.Metrics ?? [
    { Id: 'only', ReturnData: true, MetricStat: onlyStat(properties) },
  ]
  const asked = new Map<string, AskedMetric>()
  for (const { Id, MetricStat } of queries) if (MetricStat) asked.set(Id, askedOf(MetricStat))
  const periodMs = [...asked.values()][0]!.periodMs
  const { Id, Expression } = queries.find(({ ReturnData }) => ReturnData !== false)
  const pointAt = (metrics: CloudWatch, at: number, now: number) => {
    const series = (name: string) => {
      const metric = asked.get(name)
      if (!metric) throw new Error(`${properties.AlarmName} knows no ${name}.`)
      return metrics.statistic(metric, metric.statistic, { at, periodMs, now })
    }
    return metricMath(Expression ?? Id, series)
  }
  return {
    name: properties.AlarmName,
    asked: [...asked.values()],
    expression: Expression,
    condition: conditionText(properties),
    periodMs,
    state: (metrics, end, before) => {
      const count = properties.EvaluationPeriods + extraPeriods
      const points = Array.from({ length: count }, (_, index) =>
        pointAt(metrics, end - (count - index) * periodMs, end),
      )
      return evaluated(points, properties, before)
    },
  }
}

/** CloudWatch looks at some more periods than it evaluates. How many is not told; its examples have two. */
const extraPeriods = 2

/**
 * The newest data points that there are count; where there are too few, missing ones are treated as the alarm says.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
function evaluated(points: readonly (number | undefined)[], properties: any, before: AlarmState): AlarmState {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed, TreatMissingData: missing } = properties
  const isBeyond = beyond(properties)
  const real = points.filter((point) => point !== undefined)
  if (real.length === 0 && missing === 'ignore') return before
  if (real.length === 0 && missing === 'missing') return 'INSUFFICIENT_DATA'
  const counted = real.slice(-periods).map((point) => isBeyond(point))
  const filled = missing === 'breaching' || missing === 'notBreaching' ? Math.max(0, periods - counted.length) : 0
  const breaching = counted.filter(Boolean).length + (missing === 'breaching' ? filled : 0)
  if (breaching >= needed) return 'ALARM'
  return missing === 'ignore' && counted.length < needed ? before : 'OK'
}

const operators: Readonly<Record<string, string>> = { GreaterThanThreshold: '>', LessThanThreshold: '<' }

function conditionText({ ComparisonOperator, Threshold, DatapointsToAlarm, EvaluationPeriods, ...rest }: any): string {
  const operator = operators[ComparisonOperator] ?? ComparisonOperator
  return `${operator} ${Threshold}, ${DatapointsToAlarm} of ${EvaluationPeriods}, missing: ${rest.TreatMissingData}`
}

function beyond({ ComparisonOperator: operator, Threshold: threshold }: any): (point: number) => boolean {
  if (operator === 'GreaterThanThreshold') return (point) => point > threshold
  if (operator === 'LessThanThreshold') return (point) => point < threshold
  throw new Error(`There is no operator ${operator}.`)
}

function onlyStat({ Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic }: any) {
  return { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic ?? ExtendedStatistic }
}

function askedOf({ Metric: { Namespace, MetricName, Dimensions = [] }, Period, Stat }: any): AskedMetric {
  const named = Dimensions.map(({ Name, Value }: any) => [Name, referenceText(Value)])
  const id = { namespace: Namespace, name: MetricName, dimensions: Object.fromEntries(named) }
  return { ...id, statistic: Stat, periodMs: Period * 1_000 }
}

/** A widget of a dashboard. */
export interface Widget {
  readonly title: string
  readonly metrics: readonly AskedMetric[]
  /** What it computes of them. */
  readonly expressions: readonly string[]
  readonly lines: readonly { readonly value: number; readonly label: string }[]
  /** The alarms whose states it shows. */
  readonly alarms: readonly string[]
}

/** Every widget of a template's dashboards. */
export function widgetsIn({ Resources: resources }: Template): readonly Widget[] {
  const boards = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard')
  return boards.flatMap(({ Properties }) => {
    const parts: readonly unknown[] = Properties.DashboardBody['Fn::Join'][1]
    const body = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : referenceText(part))).join(''))
    return body.widgets.map(({ properties }: any) => widgetOf(properties))
  })
}

function widgetOf({ title, metrics = [], annotations, alarms = [] }: any): Widget {
  return {
    title,
    metrics: metrics.flatMap(shownMetric),
    expressions: metrics.flatMap(([first]: any) => (typeof first === 'string' ? [] : [first.expression])),
    lines: (annotations?.horizontal ?? []).map(({ value, label }: any) => ({ value, label })),
    alarms,
  }
}

/** Every metric that the widgets of a template's dashboards show. */
export function widgetMetricsIn(template: Template): readonly AskedMetric[] {
  return widgetsIn(template).flatMap(({ metrics }) => metrics)
}

/** `[namespace, name, dimension, value, …, options]`; an expression is an object alone. */
function shownMetric(row: readonly any[]): readonly AskedMetric[] {
  if (typeof row[0] !== 'string') return []
  const [namespace, name, ...rest] = row
  const { stat, period } = typeof rest.at(-1) === 'object' ? rest.pop() : {}
  const pairs = Array.from({ length: rest.length / 2 }, (_, index) => [rest[2 * index], rest[2 * index + 1]])
  return [
    {
      namespace,
      name,
      dimensions: Object.fromEntries(pairs),
      statistic: stat ?? 'Average',
      periodMs: (period ?? 300) * 1_000,
    },
  ]
}

function referenceText(value: any): string {
  if (typeof value === 'string') return value
  return 'Ref' in value ? `Ref:${value.Ref}` : value['Fn::GetAtt'].join('.')
}
