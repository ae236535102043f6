import { describe, expect, test } from 'vitest'
import { driftLines, reconcile, reportJson, reportJsonl, type Drift } from 'dynamodb-stream-sync'
import { jsonValue } from '../../../src/reconcile/report/json-value.ts'
import { drift, hostileTexts, report, warehouseReport } from '../../support/reports.ts'

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

test('as one text', () => {
  expect(JSON.parse(reportJson(drifted))).toEqual(JSON.parse(JSON.stringify(drifted)))
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
    [{ a: undefined, b: () => 1 }, { b: null }],
    [
      [undefined, Symbol('s')],
      [null, null],
    ],
    [new Set([1, 'a']), { L: [1, 'a'] }],
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

  test('a value that holds itself ends', () => {
    expect(JSON.stringify(jsonValue(itself))).toContain('"…"')
  })

  test.each(hostileTexts)('%j stays on its line', async (text) => {
    const hostile = report({ sample: [drift({ key: text, held: { [text]: text } })] })
    const [, , line = ''] = await linesOf(reportJsonl(hostile))
    expect(line.split('\n')).toHaveLength(2)
    expect(JSON.parse(line)).toMatchObject({ key: text })
    expect(Object.entries((JSON.parse(line) as { held: object }).held)).toEqual([[text, text]])
  })
})
