import type { EmfMetric, MetricGroup } from './aggregate.ts'
import { dimensionValue } from './dimension-value.ts'

const maxMetrics = 100
const maxBytes = 240_000 // below 256 KB, with room for what Lambda puts around a line

interface Names {
  readonly service: string
  readonly namespace: string
}

/** The documents of one group: one, unless it is empty or holds more than the format allows. */
export function documents(group: MetricGroup, names: Names, timestamp: number): readonly object[] {
  return chunks(group.metrics).map((metrics) => document(group.target, metrics, names, timestamp))
}

function document(target: string | undefined, metrics: readonly EmfMetric[], names: Names, timestamp: number): object {
  const directive = {
    Namespace: names.namespace,
    Dimensions: target === undefined ? [['Service']] : [['Service'], ['Service', 'Target']],
    Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  }
  return {
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
    Service: names.service,
    ...(target === undefined ? {} : { Target: dimensionValue(target) }),
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
  }
}

/** Cuts metrics into lists that fit a document each. */
function chunks(metrics: readonly EmfMetric[]): readonly (readonly EmfMetric[])[] {
  const cut: EmfMetric[][] = []
  let bytes = 0
  for (const metric of metrics) {
    const size = JSON.stringify([metric, metric.name]).length // all of it is ASCII
    const open = cut.at(-1)
    if (open && open.length < maxMetrics && bytes + size <= maxBytes) {
      open.push(metric)
      bytes += size
    } else {
      cut.push([metric])
      bytes = size + 5_000 // the frame: a namespace and two dimension values, escaped
    }
  }
  return cut
}
