import type { Metric } from '../../ports/metrics.ts'

const maxValues = 100
const largest = 2 ** 360
const units = new Set<string>(['Count', 'Milliseconds', 'Percent'])
const taken = new Set(['_aws', 'Service', 'Target'])

/** One metric as CloudWatch takes it: a number, or 2 to 100 of them. */
export interface EmfMetric {
  readonly name: string
  readonly unit: string
  readonly value: number | readonly number[]
}

/** The metrics of one target, or of the whole sync. There may be none. */
export interface MetricGroup {
  readonly target: string | undefined
  readonly metrics: readonly EmfMetric[]
}

/** Gathers metrics by target and name. What CloudWatch would refuse is left out, and so is what has no value. */
export function aggregated(metrics: readonly Metric[]): readonly MetricGroup[] {
  const groups = new Map<string | undefined, Map<string, Gathered>>()
  for (const { name, unit, values, target } of metrics.filter(isMetric)) {
    const group = groups.get(target) ?? new Map<string, Gathered>()
    groups.set(target, group)
    const gathered = group.get(name) ?? { unit, values: [] }
    group.set(name, gathered)
    if (gathered.unit !== unit) continue // two units in one metric would be a lie
    for (const value of values) if (isValue(value)) gathered.values.push(value)
  }
  return [...groups].map(([target, group]) => ({
    target,
    metrics: [...group].flatMap(([name, gathered]) => emfMetric(name, gathered)),
  }))
}

interface Gathered {
  readonly unit: string
  readonly values: number[]
}

function emfMetric(name: string, { unit, values }: Gathered): readonly EmfMetric[] {
  if (unit === 'Count') {
    const sum = values.reduce((total, value) => total + value, 0)
    return values.length > 0 && isValue(sum) ? [{ name, unit, value: sum }] : []
  }
  const [only, ...more] = sampled(values)
  if (only === undefined) return []
  return [{ name, unit, value: more.length === 0 ? only : [only, ...more] }]
}

/**
 * At most 100 of the values, sorted: all of them, or evenly spaced ranks from the smallest to the largest. The format
 * has no counts per value and no statistic sets, so that a sample is what keeps percentiles true.
 */
export function sampled(values: readonly number[]): readonly number[] {
  if (values.length <= maxValues) return values
  const sorted = Float64Array.from(values).sort()
  const step = (sorted.length - 1) / (maxValues - 1)
  return Array.from({ length: maxValues }, (_, index) => sorted[Math.round(index * step)] ?? 0)
}

/** Emitters are called from outside too, so that nothing is taken for granted. */
function isMetric(metric: Metric | null | undefined): metric is Metric {
  const { name, unit, values, target } = (metric ?? {}) as Readonly<Partial<Record<keyof Metric, unknown>>>
  return (
    isName(name) &&
    typeof unit === 'string' &&
    units.has(unit) &&
    Array.isArray(values) &&
    (target === undefined || typeof target === 'string')
  )
}

function isValue(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= largest
}

/** A name that CloudWatch takes and that is no other member of the document. */
function isName(name: unknown): name is string {
  return typeof name === 'string' && /^(?!:)(?=.*\S)[\x20-\x7e]{1,255}$/.test(name) && !taken.has(name)
}
