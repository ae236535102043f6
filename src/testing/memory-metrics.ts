import type { Metric, MetricEmitter, MetricName } from '../ports/metrics.ts'

/** Metrics kept in memory. */
export type MemoryMetrics = MetricEmitter & {
  /** The sum of a metric's values over all invocations; of one target, or without `target` of everything. */
  readonly total: (name: MetricName, target?: string) => number
}

/**
 * A metric emitter that remembers.
 *
 * @example
 * expect(metrics.total('DeliveryFailures', 'west')).toBe(1)
 */
export function memoryMetrics(): MemoryMetrics {
  const emitted: Metric[] = []
  return {
    emit: (metrics) => {
      emitted.push(...metrics)
    },
    total: (name, target) =>
      emitted
        .filter((metric) => metric.name === name && (target === undefined || metric.target === target))
        .flatMap(({ values }) => values)
        .reduce((sum, value) => sum + value, 0),
  }
}
