import { describe, expect, test, vi } from 'vitest'
import { isSyncError } from '../../../src/errors.ts'
import { emfMetrics, type EmfMetricsOptions } from '../../../src/metrics/emf.ts'
import type { Metric } from '../../../src/ports/metrics.ts'
import { emfDocument, type EmfDocument } from '../../support/emf-document.ts'

function emitted(metrics: readonly Metric[], options: Partial<EmfMetricsOptions> = {}): readonly EmfDocument[] {
  const lines: string[] = []
  const emitter = emfMetrics({
    service: 'inventory',
    now: () => 1_700_000_000_000,
    write: (line) => lines.push(line),
    ...options,
  })
  void emitter.emit(metrics)
  return lines.map(emfDocument)
}

const count = (name: Metric['name'], values: readonly number[], target?: string): Metric => ({
  name,
  unit: 'Count',
  values,
  target,
})
const duration = (name: Metric['name'], values: readonly number[], target?: string): Metric => ({
  name,
  unit: 'Milliseconds',
  values,
  target,
})

describe('documents', () => {
  test('hold percentages too', () => {
    expect(emitted([{ name: 'AccuracyPercent', unit: 'Percent', values: [99.5], target: 'berlin' }])).toMatchObject([
      {
        _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'AccuracyPercent', Unit: 'Percent' }] }] },
        AccuracyPercent: 99.5,
      },
    ])
  })

  test('are one for the sync and one for each target', () => {
    const found = emitted([
      count('Poison', [1]),
      duration('StreamLatency', [5, 7]),
      count('Deliveries', [3], 'berlin'),
      count('Deliveries', [4], 'lyon'),
      duration('SyncDuration', [12.5], 'berlin'),
    ])
    const directive = (names: readonly (readonly [string, string])[], dimensions: readonly (readonly string[])[]) => ({
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [
        { Namespace: 'StreamSync', Dimensions: dimensions, Metrics: names.map(([Name, Unit]) => ({ Name, Unit })) },
      ],
    })
    const both = [['Service'], ['Service', 'Target']]
    expect(found).toEqual([
      {
        _aws: directive(
          [
            ['Poison', 'Count'],
            ['StreamLatency', 'Milliseconds'],
          ],
          [['Service']],
        ),
        Service: 'inventory',
        Poison: 1,
        StreamLatency: [5, 7],
      },
      {
        _aws: directive(
          [
            ['Deliveries', 'Count'],
            ['SyncDuration', 'Milliseconds'],
          ],
          both,
        ),
        Service: 'inventory',
        Target: 'berlin',
        Deliveries: 3,
        SyncDuration: 12.5,
      },
      {
        _aws: directive([['Deliveries', 'Count']], both),
        Service: 'inventory',
        Target: 'lyon',
        Deliveries: 4,
      },
    ])
  })

  test('carry the namespace and whole milliseconds', () => {
    const [document] = emitted([count('Poison', [1])], { namespace: 'Shop/Stock', now: () => 12.9 })
    expect(document!._aws.Timestamp).toBe(12)
    expect(document!._aws.CloudWatchMetrics[0]!.Namespace).toBe('Shop/Stock')
  })

  test('are not written for nothing', () => {
    expect(emitted([])).toEqual([])
    expect(emitted([count('Poison', []), duration('StreamLatency', [Number.NaN])])).toEqual([])
  })

  test('go to standard output, a line each, at the machine’s time, unless told otherwise', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    vi.spyOn(Date, 'now').mockReturnValue(1_234)
    try {
      void emfMetrics({ service: 'inventory' }).emit([count('Poison', [1])])
      expect(write).toHaveBeenCalledTimes(1)
      const line = write.mock.calls[0]![0] as string
      expect(line).toMatch(/^\{.*\}\n$/)
      expect(emfDocument(line)._aws.Timestamp).toBe(1_234)
    } finally {
      vi.restoreAllMocks()
    }
  })
})

describe('values', () => {
  test('of counts are summed, also where one metric comes in parts', () => {
    expect(emitted([count('Retries', [1, 2], 'a'), count('Retries', [4], 'a')])).toMatchObject([{ Retries: 7 }])
  })

  test('of durations are kept, up to 100', () => {
    const values = Array.from({ length: 100 }, (_, index) => (index * 37) % 100)
    expect(
      emitted([duration('DeliveryLatency', values.slice(0, 60)), duration('DeliveryLatency', values.slice(60))]),
    ).toMatchObject([{ DeliveryLatency: values }])
  })

  test('of more durations are a sorted sample with both ends', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => (index * 7_919) % 10_000)
    const [document] = emitted([duration('DeliveryLatency', values)])
    const sample = document!['DeliveryLatency'] as readonly number[]
    expect(sample).toHaveLength(100)
    expect([sample[0], sample[50], sample[98], sample[99]]).toEqual([0, 5_050, 9_898, 9_999])
  })

  test('that CloudWatch refuses are left out, the others stay', () => {
    const odd = [Number.NaN, Infinity, -Infinity, 2 ** 361, '7' as never, null as never]
    expect(emitted([count('Poison', [...odd, 2]), duration('StreamLatency', [1, ...odd])])).toMatchObject([
      { Poison: 2, StreamLatency: 1 },
    ])
    expect(emitted([count('Poison', [2 ** 360, 2 ** 360])])).toEqual([]) // their sum is refused too
  })
})

describe('odd metrics are left out and never throw', () => {
  test.for<readonly [string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'Poison'],
    ['no values', { name: 'Poison', unit: 'Count' }],
    ['no name', { unit: 'Count', values: [1] }],
    ['an empty name', count('' as never, [1])],
    ['a name that is no ASCII', count('Größe' as never, [1])],
    ['a name too long', count('x'.repeat(256) as never, [1])],
    ['a name with a colon in front', count(':x' as never, [1])],
    ['the name of the metadata', count('_aws' as never, [1])],
    ['the name of a dimension', count('Service' as never, [1])],
    ['the name of the other dimension', count('Target' as never, [1])],
    ['an unknown unit', { name: 'Poison', unit: 'Parsecs', values: [1] }],
    ['a target that is no text', { ...count('Poison', [1]), target: 7 }],
  ])('%s', ([, metric]) => {
    expect(emitted([metric as Metric, count('Retries', [1])])).toMatchObject([{ Retries: 1 }])
    expect(emitted([metric as Metric])).toEqual([])
  })

  test('a second unit under one name', () => {
    expect(emitted([count('Poison', [1]), duration('Poison', [500]), count('Poison', [1])])).toMatchObject([
      { Poison: 2 },
    ])
  })

  test('but a name that objects have is a name', () => {
    const [document] = emitted([count('__proto__' as never, [1]), count('constructor' as never, [2])])
    expect(Object.entries(document!).slice(2)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ])
  })
})

describe('names of targets', () => {
  test.for<readonly [string, string]>([
    ['berlin', 'berlin'],
    ['Berlin 2 (cold)', 'Berlin 2 (cold)'],
    ['münchen', 'm\\u00fcnchen'],
    ['a\tb\u007f', 'a\\u0009b\\u007f'],
    ['\u{1f600}', '\\ud83d\\ude00'],
    ['\ud800', '\\ud800'],
    ['', 'unnamed'],
    [' ', 'unnamed'],
    ['x'.repeat(2_000), 'x'.repeat(1_024)],
  ])('%j becomes the dimension value %j', ([target, value]) => {
    expect(emitted([count('Retries', [1], target)])).toMatchObject([{ Target: value }])
  })
})

test('more metrics than one document may hold go into several', () => {
  const many = Array.from({ length: 205 }, (_, index) => count(`Metric${index}` as never, [index]))
  const found = emitted(many)
  expect(found.map((document) => document._aws.CloudWatchMetrics[0]!.Metrics.length)).toEqual([100, 100, 5])
  const long = Array.from({ length: 100 }, (_, index) =>
    duration(
      `${'"'.repeat(250)}${index}` as never,
      Array.from({ length: 100 }, (_, n) => -(n + 1) / 7e-300 / 1e200),
      '\\'.repeat(1_024),
    ),
  )
  const split = emitted(long, { service: '"'.repeat(1_024) })
  expect(split.length).toBeGreaterThan(1)
  expect(split.flatMap((document) => document._aws.CloudWatchMetrics[0]!.Metrics)).toHaveLength(100)
})

describe('options that cannot work are refused at construction', () => {
  test.for<readonly [string, unknown, RegExp]>([
    ['no options', undefined, /^emfMetrics: undefined are no options/],
    ['no service', {}, /^service: undefined is no dimension value\. Give the service's name/],
    ['a blank service', { service: ' ' }, /^service: " " is no/],
    ['a service beyond ASCII', { service: 'café' }, /^service: "café" is no/],
    ['a service of two lines', { service: 'a\nb' }, /^service: /],
    ['a service too long', { service: 'x'.repeat(1_025) }, /^service: "x{100}…" is no/],
    ['a reserved namespace', { service: 'a', namespace: 'AWS/Lambda' }, /^namespace: "AWS\/Lambda" is no namespace of/],
    ['a namespace with a colon in front', { service: 'a', namespace: ':a' }, /^namespace: /],
    ['an empty namespace', { service: 'a', namespace: '' }, /^namespace: "" is no/],
    ['a namespace of odd characters', { service: 'a', namespace: 'a&b' }, /^namespace: "a&b" is no/],
    ['a namespace too long', { service: 'a', namespace: 'x'.repeat(256) }, /^namespace: /],
    ['a namespace that is no text', { service: 'a', namespace: {} }, /^namespace: an object is no/],
    ['no writer', { service: 'a', write: 'stdout' }, /^write: "stdout" is no function/],
    ['a time that stands still', { service: 'a', now: 7 }, /^now: 7 is no function/],
  ])('%s', ([, options, message]) => {
    let thrown: unknown
    try {
      emfMetrics(options as EmfMetricsOptions)
    } catch (error) {
      thrown = error
    }
    expect(isSyncError(thrown, 'CONFIG_INVALID')).toBe(true)
    expect((thrown as Error).message).toMatch(message)
  })
})
