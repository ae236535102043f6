import { readFileSync } from 'node:fs'
import { metrics as api, type Meter } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics'
import { createStreamSyncHandler, reportMetrics, TargetRejectedError, type Metric } from 'dynamodb-stream-sync'
import { manualClock, memoryDlq, memoryTarget, streamEvent } from 'dynamodb-stream-sync/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isSyncError } from '../../../src/errors.ts'
import { opentelemetryMetrics } from '../../../src/metrics/opentelemetry.ts'
import { instruments } from '../../../src/metrics/opentelemetry/instruments.ts'
import { report, warehouseReport } from '../../support/reports.ts'
import { insert, scriptedTarget } from '../../support/sync-kit.ts'

/** An SDK whose metrics are collected when they are asked for. */
function sdk() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2_000_000 })
  const provider = new MeterProvider({ readers: [reader] })
  /** What was collected, by name: each point as its attributes and its value, a histogram's as its sum. */
  async function collected(): Promise<Readonly<Record<string, unknown>>> {
    const { resourceMetrics } = await reader.collect()
    const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
    return Object.fromEntries(all.map((metric) => [metric.descriptor.name, points(metric)]))
  }
  return { provider, reader, collected, meter: provider.getMeter('test') }
}

function points(metric: MetricData): unknown {
  return metric.dataPoints.map(({ attributes, value }) => {
    const target = attributes['target'] ?? 'all'
    return [target, typeof value === 'object' && 'sum' in value ? { count: value.count, sum: value.sum } : value]
  })
}

const count = (name: Metric['name'], value: number, target?: string): Metric => ({
  name,
  unit: 'Count',
  values: [value],
  target,
})

afterEach(() => api.disable())

describe('what is written', () => {
  test('times are histograms, counts are counters that add up, and what a run found is a gauge', async () => {
    const { meter, collected } = sdk()
    const { emit } = opentelemetryMetrics({ meter })
    void emit([
      { name: 'DeliveryLatency', unit: 'Milliseconds', values: [5, 7], target: 'west' },
      count('Deliveries', 2, 'west'),
      count('Drift', 9, 'west'),
    ])
    void emit([count('Deliveries', 3, 'west'), count('Drift', 4, 'west'), count('Poison', 1)])
    expect(await collected()).toEqual({
      'stream_sync.delivery_latency': [['west', { count: 2, sum: 12 }]],
      'stream_sync.deliveries': [['west', 5]],
      'stream_sync.drift': [['west', 4]],
      'stream_sync.poison': [['all', 1]],
    })
  })

  test('each name follows from that of CloudWatch, and no two are the same', () => {
    const names = Object.entries(instruments).map(([name, told]) => [name, told.name])
    const expected = Object.keys(instruments).map((name) => [
      name,
      `stream_sync.${name.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()}`,
    ])
    expect(names).toEqual(expected)
    expect(new Set(names.map(([, told]) => told)).size).toBe(names.length)
  })

  test('the guide has a row for each, with its kind and unit', () => {
    const guide = readFileSync(new URL('../../../docs/guides/observe.md', import.meta.url), 'utf8')
    const rows = guide.split('\n').map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    for (const [name, told] of Object.entries(instruments))
      expect(rows).toContainEqual(['', name, told.name, told.kind, told.unit, expect.any(String), ''])
  })

  test('histograms have a bound at 5 s, and bounds for a stream that lags by hours', async () => {
    const { meter, reader } = sdk()
    void opentelemetryMetrics({ meter }).emit([{ name: 'StreamLatency', unit: 'Milliseconds', values: [7_200_000] }])
    const { resourceMetrics } = await reader.collect()
    const [metric] = resourceMetrics.scopeMetrics[0]!.metrics
    expect(metric).toMatchObject({ descriptor: { unit: 'ms' }, dataPointType: DataPointType.HISTOGRAM })
    const { buckets } = metric!.dataPoints[0]!.value as { buckets: { boundaries: number[]; counts: number[] } }
    expect(buckets.boundaries).toContain(5_000)
    expect(buckets.counts.at(-1)).toBe(0)
  })

  test('a whole report of a reconcile, and every metric of a sync, has its instrument', async () => {
    const { meter, collected } = sdk()
    const found = report({ warehouses: { east: warehouseReport({ missing: 1, accuracyPercent: 70 }) } })
    void opentelemetryMetrics({ meter }).emit(reportMetrics(found))
    const told = await collected()
    expect(Object.keys(told)).toHaveLength(reportMetrics(found).length)
    expect(told).toMatchObject({
      'stream_sync.accuracy_percent': [['east', 70]],
      'stream_sync.drift_missing': [['east', 1]],
      'stream_sync.reconcile_duration': [['all', { count: 1 }]],
    })
  })

  test('through a handler: what was delivered, what failed, and how long it took', async () => {
    const clock = manualClock()
    const { meter, collected } = sdk()
    const targets = {
      west: memoryTarget(),
      east: scriptedTarget(() => Promise.reject(new TargetRejectedError('no'))),
    }
    const metrics = opentelemetryMetrics({ meter })
    const handler = createStreamSyncHandler({ targets, dlq: memoryDlq(), metrics, clock })
    await clock.settle(handler(streamEvent([insert('A1', 5, 1), insert('B2', 5, 2)])))
    expect(await collected()).toMatchObject({
      'stream_sync.deliveries': [
        ['west', 2],
        ['east', 2],
      ],
      'stream_sync.delivery_failures': [
        ['west', 0],
        ['east', 2],
      ],
      'stream_sync.dead_lettered': [['east', 2]],
      'stream_sync.sync_duration': [
        ['west', { count: 1 }],
        ['east', { count: 1 }],
      ],
      'stream_sync.stream_latency': [['all', { count: 2 }]],
    })
  })
})

describe('the provider', () => {
  test('may be registered after the handler was made', async () => {
    const { provider, collected } = sdk()
    const { emit } = opentelemetryMetrics()
    void emit([count('Poison', 1)])
    api.setGlobalMeterProvider(provider)
    void emit([count('Poison', 2)])
    void emit([count('Poison', 2)])
    expect(await collected()).toEqual({ 'stream_sync.poison': [['all', 4]] })
  })

  test('may be none at all', () => {
    expect(opentelemetryMetrics().emit([count('Poison', 1)])).toBeUndefined()
  })
})

describe('what is left out', () => {
  test.each<[string, unknown]>([
    ['a name that is none', count('toString' as Metric['name'], 1)],
    ['another unit', { name: 'Poison', unit: 'Milliseconds', values: [1] }],
    ['no values', { name: 'Poison', unit: 'Count' }],
    ['values that are no numbers', { name: 'Poison', unit: 'Count', values: ['1', null, Number.NaN, Infinity] }],
    ['a count below nothing', count('Poison', -1)],
    ['a target that is no name', { ...count('Poison', 1), target: { sku: 'A1' } }],
    ['nothing', null],
    ['what throws when it is looked at', Object.defineProperty({}, 'name', { get: () => expect.unreachable() })],
    ['a name of the prototype, without a unit', { name: 'toString', values: [1] }],
    ['a time below nothing', { name: 'SyncDuration', unit: 'Milliseconds', values: [-1] }],
  ])('%s, and the rest is written', async (_, metric) => {
    const { meter, collected } = sdk()
    void opentelemetryMetrics({ meter }).emit([metric as Metric, count('Retries', 1)])
    expect(await collected()).toEqual({ 'stream_sync.retries': [['all', 1]] })
    const told: unknown[] = []
    const instrument = { add: (value: number) => told.push(value), record: (value: number) => told.push(value) }
    const make = (name: string) => (told.push(name), instrument)
    const bare = { createCounter: make, createHistogram: make, createGauge: make } as unknown as Meter
    void opentelemetryMetrics({ meter: bare }).emit([metric as Metric, count('Retries', 1)])
    expect(told.slice(-2)).toEqual(['stream_sync.retries', 1])
    expect(told.slice(0, -2).every((one) => one === 'stream_sync.poison' || one === 'stream_sync.sync_duration')).toBe(
      true,
    )
  })

  test('of more than 1,000 targets the rest are one', async () => {
    const { meter, collected } = sdk()
    const many = Array.from({ length: 1_500 }, (_, index) => count('Retries', 1, `west-${index}`))
    void opentelemetryMetrics({ meter }).emit([...many, count('Retries', 1, 'x'.repeat(5_000))])
    const told = (await collected())['stream_sync.retries'] as [string, number][]
    expect(told).toHaveLength(1_001)
    expect(told.at(-1)).toEqual(['other', 501])
  })

  test('a metric whose instrument cannot be made takes no other with it', async () => {
    const { meter, collected } = sdk()
    vi.spyOn(meter, 'createCounter').mockImplementationOnce(() => {
      throw new Error('no more instruments')
    })
    expect(opentelemetryMetrics({ meter }).emit([count('Poison', 1), count('Retries', 1)])).toBeUndefined()
    expect(await collected()).toEqual({ 'stream_sync.retries': [['all', 1]] })
  })

  test('what is no list of metrics', () => {
    expect(opentelemetryMetrics().emit('metrics' as never)).toBeUndefined()
  })
})

test.each<[string, unknown]>([
  ['null', null],
  ['a meter that is none', { meter: {} }],
  ['a meter of an API without gauges', { meter: { createCounter: () => 1, createHistogram: () => 1 } }],
])('options that are none are refused: %s', (_, options) => {
  try {
    opentelemetryMetrics(options as { readonly meter: Meter })
    expect.unreachable()
  } catch (error) {
    expect(isSyncError(error, 'CONFIG_INVALID')).toBe(true)
  }
})
