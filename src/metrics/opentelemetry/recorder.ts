import type { Attributes, Meter } from '@opentelemetry/api'
import { isObject } from '../../core/objects.ts'
import type { MetricName } from '../../ports/metrics.ts'
import { boundariesMs, instruments, type InstrumentDescription } from './instruments.ts'
import { targetAttributes } from './target-attributes.ts'

type Measure = (value: number, attributes: Attributes) => void

/** Writes metrics into one meter, whose instruments are made when they are first needed. */
export function recorder(meter: Meter): (metric: unknown) => void {
  const measures = new Map<string, Measure>()
  const attributesOf = targetAttributes()
  return (metric) => {
    const { name, unit, values, target } = isObject(metric) ? metric : {}
    if (typeof name !== 'string' || !Object.hasOwn(instruments, name) || !Array.isArray(values)) return
    const description = instruments[name as MetricName] // hasOwn says so
    if (unit !== description.from || (target !== undefined && typeof target !== 'string')) return
    let measure = measures.get(name)
    if (!measure) measures.set(name, (measure = measureOf(meter, description)))
    const attributes = attributesOf(target)
    for (const value of values) if (fits(value, description)) measure(value, attributes)
  }
}

function measureOf(meter: Meter, { name, kind, unit }: InstrumentDescription): Measure {
  if (kind === 'counter') {
    const counter = meter.createCounter(name, { unit })
    return (value, attributes) => counter.add(value, attributes)
  }
  const instrument =
    kind === 'gauge'
      ? meter.createGauge(name, { unit })
      : meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: [...boundariesMs] } })
  return (value, attributes) => instrument.record(value, attributes)
}

/** Counters only grow, and durations are never below nothing. */
function fits(value: unknown, { kind }: InstrumentDescription): value is number {
  return typeof value === 'number' && Number.isFinite(value) && (kind === 'gauge' || value >= 0)
}
