import type { MetricEmitter } from '../ports/metrics.ts'
import { aggregated } from './emf/aggregate.ts'
import { checkedSettings } from './emf/check-options.ts'
import { documents } from './emf/documents.ts'

export interface EmfMetricsOptions {
  /** The value of the dimension `Service`: 1 to 1,024 printable ASCII characters. */
  readonly service: string
  /** CloudWatch's namespace. Default `StreamSync`. */
  readonly namespace?: string | undefined
  /** Takes one document without its line end. Default: standard output, which is where Lambda looks for it. */
  readonly write?: ((line: string) => void) | undefined
  /** Milliseconds since 1970, the documents' time. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/**
 * Writes metrics as lines in CloudWatch's embedded metric format. On Lambda they become metrics without a call or a
 * permission.
 *
 * - One document per call for metrics without a target, under the dimension set `[Service]`, and one per target under
 *   `[Service]` and `[Service, Target]`: what a target counts, counts for the service, so emit it only once.
 * - Counts are summed. Of more than 100 durations 100 remain: the smallest, the largest and 98 evenly spaced ranks
 *   between. A percentile read from them is one of the durations, and at most one percentile point (or one rank) low;
 *   `SampleCount` and `Sum` are those of the sample.
 * - What CloudWatch would refuse is left out: values that are not finite or beyond ±2^360, names that are none.
 *   Characters of a target's name beyond printable ASCII are written as `\uXXXX`, and it ends after 1,024 characters.
 * - A document stays below 256 KB and 100 metrics; what is more goes into another.
 *
 * Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @throws ConfigError for a service or namespace that CloudWatch would not take.
 */
export function emfMetrics(options: EmfMetricsOptions): MetricEmitter {
  const { write, now, ...names } = checkedSettings(options)
  return {
    emit: (metrics) => {
      const timestamp = Math.trunc(now())
      for (const group of aggregated(metrics))
        for (const document of documents(group, names, timestamp)) write(JSON.stringify(document))
    },
  }
}
