import { metrics as api, type Meter } from '@opentelemetry/api'
import { isObject } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import type { MetricEmitter } from '../ports/metrics.ts'
import { recorder } from './opentelemetry/recorder.ts'

export interface OpentelemetryMetricsOptions {
  /** Default: the meter `dynamodb-stream-sync` of the provider that is registered when metrics are emitted. */
  readonly meter?: Meter | undefined
}

/**
 * Writes metrics into OpenTelemetry, by whatever SDK is registered. Without one, nothing happens.
 *
 * - Names are CloudWatch's in OpenTelemetry's style: `StreamLatency` is `stream_sync.stream_latency`.
 * - Times are histograms in `ms`, counts of an invocation are counters, and what a reconcile found is a gauge: the last
 *   run's, of this process. Of a run in parts, each part overwrites the one before.
 * - The only attribute is `target`, the target's name; there are at most 1,000 of them, then `other`.
 * - Names and units that are none of this library's, numbers that are not finite and counts below 0 are left out.
 * - It never throws. Nothing is sent here: flush the SDK before Lambda freezes the process, as the ADOT layer does.
 *
 * Instruments: https://opentelemetry.io/docs/specs/otel/metrics/api/
 * @throws ConfigError for a `meter` that is none.
 */
export function opentelemetryMetrics(options: OpentelemetryMetricsOptions = {}): MetricEmitter {
  const given = checkedMeter(options)
  let provider: unknown
  let record = given && recorder(given)

  /** A provider may be registered after the handler was made. */
  function current(): (metric: unknown) => void {
    if (given && record) return record
    const registered = api.getMeterProvider()
    if (!record || registered !== provider) record = recorder(registered.getMeter('dynamodb-stream-sync'))
    provider = registered
    return record
  }

  return {
    emit: (metrics) => {
      for (const metric of Array.isArray(metrics) ? metrics : []) {
        try {
          current()(metric)
        } catch {
          // An SDK's fault is not the sync's, and one metric's not the next one's.
        }
      }
    },
  }
}

/** As JavaScript may call it. */
function checkedMeter(options: unknown): Meter | undefined {
  if (!isObject(options))
    throw new ConfigError('opentelemetryMetrics', 'these are no options. Give { meter }, or nothing.')
  const { meter } = options
  const methods = ['createCounter', 'createHistogram', 'createGauge']
  if (meter === undefined) return undefined
  if (!isObject(meter) || methods.some((method) => typeof meter[method] !== 'function'))
    throw new ConfigError('meter', 'is none. Give metrics.getMeter(name) of @opentelemetry/api 1.9, or leave it out.')
  return meter as unknown as Meter // its methods were looked for
}
