import { createStreamSyncHandler, defineItem, keyOf, type StreamRecord } from 'dynamodb-stream-sync'
import { arbitraries, memoryDlq, memoryMetrics, memoryTarget, streamRecord } from 'dynamodb-stream-sync/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { decodeImage } from '../../src/core/attribute-value.ts'

const schema = z.object({ sku: z.string(), quantity: z.number(), rev: z.union([z.number(), z.string()]) })
type Revised = z.infer<typeof schema>
const plain = defineItem({ schema, key: ['sku'] })
const revised = defineItem({ ...plain, version: { attribute: 'rev' } })
const rows = (rev: fc.Arbitrary<number | string>) =>
  fc.record({ sku: fc.constantFrom('A1', 'B2', 'C3'), quantity: fc.nat(), rev })
const times = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })

const kinds = [
  ['an item without a version attribute', plain, rows(fc.constantFrom('any', ''))],
  ['an item with an integer as version', revised, rows(fc.nat())],
  ['an item with digits as version', revised, rows(fc.nat().map((rev) => String(rev).padStart(10, '0')))],
  ['an item with a time as version', revised, rows(times.map((date) => date.toISOString()))],
] as const
const sample = <T>(values: fc.Arbitrary<T>, seed: number) => fc.sample(values, { seed, numRuns: 20 })

describe.each(kinds)('arbitraries of %s', (_, item, items) => {
  const any = arbitraries(item, items)

  test('draw equal values from the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const all = () => Object.values(any).map((values: fc.Arbitrary<unknown>) => sample(values, seed))
        const first = all()
        streamRecord({ newImage: { sku: 'A1', quantity: 1 } }) // what else is built in this process does not matter
        expect(all()).toEqual(first)
      }),
      { numRuns: 20 },
    )
  })

  test('draw sequence numbers that differ from seed to seed, and grow within an event', () => {
    const first = (seed: number) => sample(any.event, seed).map(({ Records }) => Records[0]?.dynamodb?.SequenceNumber)
    expect(new Set([first(1), first(2), first(3)].flat()).size).toBeGreaterThan(30)
    fc.assert(
      fc.property(any.event, ({ Records }) => {
        const numbers = Records.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0))
        expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0n))).toBe(true)
      }),
    )
  })

  test('draw lanes of one key, oldest first, with ties now and then', () => {
    let ties = 0
    fc.assert(
      fc.property(any.lane, (lane) => {
        const versions = lane.map(({ version }) => version)
        expect(versions).toEqual([...versions].sort())
        expect(new Set(versions.map(({ length }) => length)).size).toBe(1)
        expect(new Set(lane.map(({ key }) => key)).size).toBe(1)
        ties += versions.length - new Set(versions).size
      }),
      { numRuns: 200 },
    )
    expect(ties).toBeGreaterThan(0)
  })

  test('draw batches as applyBatch gets them: of different items, sorted by key', () => {
    const sizes = new Set<number>()
    fc.assert(
      fc.property(any.batch, (batch) => {
        const keys = batch.map(({ key }) => key)
        expect(keys).toEqual([...new Set(keys)].sort())
        expect(new Set(batch.map(({ version }) => version.length)).size).toBe(1)
        sizes.add(batch.length)
      }),
    )
    expect([...sizes].sort()).toEqual([1, 2, 3])
  })
})

test('a batch is sorted as UTF-8 bytes are', () => {
  const skus = fc.constantFrom('\uffee', '\u{1f600}')
  const drawn = fc.record({ sku: skus, quantity: fc.nat(), rev: fc.nat() })
  const batches = sample(arbitraries(plain, drawn).batch, 1).map((batch) => batch.map(({ key }) => key))
  expect(batches).toContainEqual(['\uffee', '\u{1f600}'])
  expect(batches).not.toContainEqual(['\u{1f600}', '\uffee'])
})

test.for(kinds)('an event of %s is a history that a sync can follow', async ([, item, items]) => {
  await fc.assert(
    fc.asyncProperty(arbitraries(item, items).event, async (event) => {
      const [dlq, metrics, east] = [memoryDlq(), memoryMetrics(), memoryTarget({ item })]
      const handler = createStreamSyncHandler({ item, targets: { east }, dlq, metrics, coalesce: false })
      expect(await handler(event)).toEqual({ batchItemFailures: [] })
      expect(dlq.letters()).toEqual([])
      for (const fault of ['VersionRegressed', 'VersionConflicts', 'StaleSkipped'] as const)
        expect(metrics.total(fault)).toBe(0)
      const byKey = (rows: readonly Revised[]) => new Map(rows.map((row) => [keyOf(item, row), row]))
      expect(byKey(east.items())).toEqual(byKey(outcomeOf(event.Records)))
    }),
  )
})

/** What the table holds after these records. */
function outcomeOf(records: readonly StreamRecord[]): readonly Revised[] {
  const table = new Map<string, object>()
  for (const { dynamodb } of records) {
    const key = JSON.stringify(dynamodb?.Keys)
    if (dynamodb?.NewImage) table.set(key, decodeImage(dynamodb.NewImage))
    else table.delete(key)
  }
  return [...table.values()] as Revised[] // as they were drawn
}

test('a change has the version of its own attribute', () => {
  fc.assert(
    fc.property(arbitraries(revised, rows(fc.nat())).change, ({ version, item }) => {
      expect(version).toMatch(/^0{6}\/\d{38}\/.*\/\d{40}$/)
      if (item) expect(BigInt(version.split('/')[1] ?? '')).toBe(BigInt(item.rev))
    }),
  )
})

test('faults of every kind are drawn', () => {
  const drawn = sample(fc.array(arbitraries(plain, rows(fc.nat())).faults, { minLength: 20 }), 1).flat(2)
  const kindOf = (fault: (typeof drawn)[number]) => (typeof fault === 'string' ? fault : Object.keys(fault).join())
  const all = ['answerLost', 'delayMs', 'hang', 'none', 'rejected', 'retryAfterMs', 'unavailable']
  expect([...new Set(drawn.map(kindOf))].sort()).toEqual(all)
})

test.for<readonly [string, fc.Arbitrary<number | string>]>([
  ['-1', fc.constant(-1)],
  ['1.5', fc.constant(1.5)],
  ['1e+60', fc.constant(1e60)],
  ['""', fc.constant('')],
  ['Draw one form of one length.', fc.constantFrom<number | string>(1, 'one')],
  ['Draw one form of one length.', fc.constantFrom('a', 'bc')],
  ['Draw one form of one length.', fc.constantFrom('7', '10')], // texts in the table, too
])('a version attribute that makes no order is refused: %s', ([said, rev]) => {
  const any = arbitraries(revised, rows(rev))
  const refused = { message: expect.stringContaining(said) as string, code: 'CONFIG_INVALID', field: 'items' }
  for (const draw of [() => fc.sample(any.lane, { seed: 7 }), () => fc.sample(any.event, { seed: 7 })])
    expect(draw).toThrow(expect.objectContaining(refused))
})

test('digits that the schema makes of a number are ordered as that number, and stored as it', async () => {
  const digits = z.object({ sku: z.string(), quantity: z.number(), rev: z.coerce.bigint().transform(String) })
  const item = defineItem({ schema: digits, key: ['sku'], version: { attribute: 'rev' } })
  const drawn = fc.record({ sku: fc.constantFrom('A1', 'B2', 'C3'), quantity: fc.nat(), rev: fc.nat().map(String) })
  const any = arbitraries(item, drawn)
  await fc.assert(
    fc.asyncProperty(any.change, any.event, async (change, event) => {
      expect(change.version.split('/')[1]).toHaveLength(38)
      const dlq = memoryDlq()
      await createStreamSyncHandler({ item, targets: { east: memoryTarget({ item }) }, dlq })(event)
      expect(dlq.letters()).toEqual([])
    }),
  )
})
