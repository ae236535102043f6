import { NumberValueImpl } from '@aws-sdk/util-dynamodb'
import { describe, expect, test } from 'vitest'
import { driftLines, reconcile, reportJson, reportJsonl, type Drift } from 'dynamodb-stream-sync'
import { jsonValue } from '../../../src/reconcile/report/json-value.ts'
import { drift, hostileTexts, report, warehouseReport } from '../../support/reports.ts'
import { richReport } from '../../support/rich-report.ts'

async function linesOf(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

const drifted = report({
  ...{ verdict: 'drift', stoppedBy: 'deadline', resumeFrom: 'SKU-9' },
  warehouses: { east: warehouseReport({ mismatch: 1 }), west: warehouseReport() },
  sample: [drift()],
})

test('as lines: the run, each warehouse, each drift', async () => {
  const lines = await linesOf(reportJsonl(drifted))
  expect(lines.every((line) => /^[^\n]+\n$/.test(line))).toBe(true)
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      ...{ type: 'report', runId: 'run-1', verdict: 'drift', stoppedBy: 'deadline', resumeFrom: 'SKU-9' },
      ...{ startedAt: '2026-03-01T10:00:00.000Z', endedAt: '2026-03-01T10:00:42.100Z', sourceRows: 10, invalid: 0 },
      sample: 1,
    },
    { type: 'warehouse', warehouse: 'east', ...warehouseReport({ mismatch: 1 }) },
    { type: 'warehouse', warehouse: 'west', ...warehouseReport() },
    { type: 'drift', ...drift() },
  ])
})

test('as lines with all drift, which may come bit by bit and without end in sight', async () => {
  let given = 0
  async function* endless(): AsyncGenerator<Drift<{ sku: string; quantity: number }>> {
    for (;;) yield drift({ key: `SKU-${given++}` })
  }
  for await (const line of reportJsonl(drifted, endless())) if (line.includes('SKU-999')) break
  expect(given).toBe(1_000)
})

test('onDrift writes each difference as the same line, and waits for the file', async () => {
  const written: string[] = []
  const onDrift = driftLines(async (line) => {
    await Promise.resolve()
    written.push(line)
  })
  const found = await reconcile({ source: [{ sku: 'A1', quantity: 5 }], warehouses: { east: [] } }, { onDrift })
  expect(written).toEqual((await linesOf(reportJsonl(found))).slice(2))
  await onDrift(drift())
  expect(written).toHaveLength(2)
})

/** {@link richReport}'s sample as JSON: what a side does not hold is left out. */
const writtenSample = [
  {
    ...{ kind: 'mismatch', warehouse: 'east', key: 'SKU-1', units: -37 },
    expected: {
      ...{ quantity: 40, serial: { N: '12345678901234567890' }, weight: { N: '0.12345678901234567890123' } },
      ...{ label: 'blue', on: true, gone: null, photo: { B: 'AP8=' } },
      ...{ tags: { SS: ['a', 'b'] }, sizes: { NS: ['1', '2'] }, parts: [{ BS: ['AQ=='] }, [1, { deep: null }]] },
      ...{ owner: { name: 'Ann', since: { year: { N: '2020' } } }, looksLike: { M: { S: 'text' } } },
    },
    held: { quantity: 3, on: false },
  },
  {
    ...{ kind: 'missing', warehouse: 'east', key: 'SKU-2', units: -1_200 },
    expected: { sku: 'SKU-2', quantity: 1_200 },
  },
  { kind: 'duplicate', warehouse: 'east', key: 'SKU-3', units: 0, expected: { sku: 'SKU-3', quantity: 1 } },
  {
    ...{ kind: 'mismatch', warehouse: 'east', key: 'SKU-4', units: 0 },
    expected: { sku: 'SKU-4', quantity: 5, label: '<b>' },
    held: { sku: 'SKU-4', quantity: 5, label: 'a\nb' },
  },
  { kind: 'orphan', warehouse: 'returns', key: 'SKU-5', units: 3, held: { quantity: 3 } },
]

test('as one text, two spaces deep: the run, its warehouses, its sample', () => {
  const written = {
    ...{ runId: 'run-7', startedAt: '2026-03-01T10:00:00.000Z', endedAt: '2026-03-01T10:03:05.200Z' },
    ...{ sourceRows: 1_240, invalid: 2, verdict: 'drift', stoppedBy: 'deadline', resumeFrom: 'SKU-900' },
    ...{ warehouses: richReport.warehouses, sample: writtenSample },
  }
  expect(reportJson(richReport)).toBe(JSON.stringify(written, undefined, 2))
})

describe('values are exact', () => {
  test.each([
    [5, 5],
    [0.1, 0.1],
    [12345678901234567890n, { N: '12345678901234567890' }],
    [{ value: '0.12345678901234567890123' }, { N: '0.12345678901234567890123' }],
    [{ value: '12' }, { value: '12' }],
    [new Uint8Array([0, 255]), { B: 'AP8=' }],
    [new Set(['b', 'a']), { SS: ['b', 'a'] }],
    [new Set([1, 2n, { value: '0.12345678901234567890123' }]), { NS: ['1', '2', '0.12345678901234567890123'] }],
    [new Set([new Uint8Array([1])]), { BS: ['AQ=='] }],
    [new Set(), { SS: [] }],
    [null, null],
    [{ value: 5 }, { value: 5 }],
    [{ value: 'text' }, { value: 'text' }],
    [
      { value: '0.12345678901234567890123', unit: 'kg' },
      { value: '0.12345678901234567890123', unit: 'kg' },
    ],
    [NumberValueImpl.from('5'), { N: '5' }],
    [Object.assign(Object.create(null) as object, { value: '5' }), { value: '5' }],
    [{ N: '5' }, { M: { N: '5' } }],
    [{ M: { S: 'x' } }, { M: { M: { M: { S: 'x' } } } }],
    [
      { S: 1, N: 2 },
      { S: 1, N: 2 },
    ],
    [
      [null, true, 'text', [1n]],
      [null, true, 'text', [{ N: '1' }]],
    ],
    [JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
  ])('%o', (value, written) => {
    expect(JSON.stringify(jsonValue(value))).toBe(JSON.stringify(written))
  })
})

describe('what no item should hold does no harm', () => {
  class Box {
    readonly value: unknown
    constructor(value: unknown) {
      this.value = value
    }
  }
  const itself: Record<string, unknown> = {}
  itself['me'] = itself
  test.each([
    [Number.NaN, { N: 'NaN' }],
    [-Infinity, { N: '-Infinity' }],
    [-0, { N: '-0' }],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), null],
    [new Map([['a', 1n]]), { a: { N: '1' } }],
    [new Map([[1, 2]]), { 1: 2 }],
    [
      new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
      ]),
      { 1: 'b' },
    ],
    [
      new Map<unknown, unknown>([
        [1n, 'a'],
        [null, 'b'],
        [{ a: 1 }, 'c'],
        [[[1]], 'd'],
      ]),
      { '{"N":"1"}': 'a', null: 'b', '{"a":1}': 'c', '["…"]': 'd' },
    ],
    [{ a: undefined, b: () => 1 }, { b: null }],
    [
      [undefined, Symbol('s')],
      [null, null],
    ],
    [new Set([1, 'a']), { L: [1, 'a'] }],
    [new Set([null]), { L: [null] }],
    [new Set([new Uint8Array([1]), 'a']), { L: [{ B: 'AQ==' }, 'a'] }],
    [new Box(5), { value: 5 }],
    [new Box('text'), { value: 'text' }],
    [{ toJSON: () => 'other' }, { toJSON: null }],
  ])('%o', (value, written) => {
    expect(jsonValue(value)).toEqual(written)
  })

  test('an attribute that cannot be looked at becomes null', () => {
    const thrower = Object.defineProperty({}, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    expect(jsonValue({ a: 1, thrower })).toEqual({ a: 1, thrower: null })
  })

  const list: unknown[] = []
  list.push(list)
  const set = new Set<unknown>()
  set.add(set)
  const map = new Map<unknown, unknown>()
  map.set(map, map)
  test.each([
    ['object', itself, `${'{"me":'.repeat(100)}"…"${'}'.repeat(100)}`],
    ['list', list, `${'['.repeat(100)}"…"${']'.repeat(100)}`],
    ['set', set, `${'{"L":['.repeat(100)}"…"${']}'.repeat(100)}`],
  ])('a value that holds itself ends after a hundred levels: %s', (_, value, written) => {
    expect(JSON.stringify(jsonValue(value))).toBe(written)
  })

  test('a map that holds itself, as its name, too, stays short', () => {
    const written = JSON.stringify(jsonValue(map))
    expect(written).toContain('"…"')
    expect(written.length).toBeLessThan(10_000)
  })

  test.each(hostileTexts)('%j stays on its line', async (text) => {
    const hostile = report({ sample: [drift({ key: text, held: { [text]: text } })] })
    const [, , line = ''] = await linesOf(reportJsonl(hostile))
    expect(line.split('\n')).toHaveLength(2)
    expect(JSON.parse(line)).toMatchObject({ key: text })
    expect(Object.entries((JSON.parse(line) as { held: object }).held)).toEqual([[text, text]])
  })
})
