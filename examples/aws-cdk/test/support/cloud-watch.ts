/** A metric as CloudWatch knows it. */
export interface MetricId {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** CloudWatch's metrics, in memory: what was put, and its statistics. */
export interface CloudWatch {
  readonly put: (metric: MetricId, at: number, values: readonly number[]) => void
  /** Takes a line of the embedded metric format. Others are no metrics. */
  readonly putLine: (line: string) => void
  /** Of the period that begins at `at`, as `now` knows of it; `undefined`: there is no data point. */
  readonly statistic: (metric: MetricId, statistic: string, period: Period) => number | undefined
  readonly has: (metric: MetricId) => boolean
}

export interface Period {
  readonly at: number
  readonly periodMs: number
  /** What was put less than {@link lateMs} before is not there yet. */
  readonly now: number
}

/** Data points come late: log lines have to be read, and AWS gathers its own. */
const lateMs = 90_000

interface EmfDocument {
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string }[]
    }[]
  }
  readonly [member: string]: unknown
}

export function cloudWatch(): CloudWatch {
  const kept = new Map<string, { readonly at: number; readonly value: number }[]>()
  const put: CloudWatch['put'] = (metric, at, values) => {
    const points = kept.get(textOf(metric)) ?? []
    kept.set(textOf(metric), points)
    points.push(...values.map((value) => ({ at, value })))
  }
  return {
    put,
    putLine: (line) => {
      if (!line.startsWith('{"_aws"')) return
      const document = JSON.parse(line) as EmfDocument
      for (const [metric, values] of metricsOf(document)) put(metric, document._aws.Timestamp, values)
    },
    statistic: (metric, statistic, { at, periodMs, now }) => {
      const end = Math.min(at + periodMs, now - lateMs)
      const points = kept.get(textOf(metric)) ?? []
      const values = points.filter((point) => point.at >= at && point.at < end).map(({ value }) => value)
      return values.length === 0 ? undefined : statisticOf(statistic, values)
    },
    has: (metric) => kept.has(textOf(metric)),
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function metricsOf({ _aws, ...members }: EmfDocument): readonly (readonly [MetricId, readonly number[]])[] {
  return _aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) =>
    sets.flatMap((set) =>
      metrics.map(({ Name: name }) => {
        const dimensions = Object.fromEntries(set.map((dimension) => [dimension, String(members[dimension])]))
        return [{ namespace, name, dimensions }, [members[name]].flat() as readonly number[]] as const
      }),
    ),
  )
}

function textOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()])
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
function statisticOf(statistic: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  if (statistic === 'Sum') return sum
  if (statistic === 'SampleCount') return values.length
  if (statistic === 'Average') return sum / values.length
  if (statistic === 'Minimum') return Math.min(...values)
  if (statistic === 'Maximum') return Math.max(...values)
  const percent = Number(/^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1])
  if (Number.isNaN(percent)) throw new Error(`There is no statistic ${statistic}.`)
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!
}
