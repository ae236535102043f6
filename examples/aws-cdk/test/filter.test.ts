import fc from 'fast-check'
import { createStreamSyncHandler } from 'dynamodb-stream-sync'
import { eventSourceMapping, memoryDlq, memoryTarget, streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect, it } from 'vitest'
import { filterPatterns } from '../lib/sync/filter-patterns.ts'
import { stock, type Stock } from './sample/item.ts'

type Rules = Parameters<typeof filterPatterns>[0]
type Write = Readonly<Record<'oldImage' | 'newImage', Readonly<Record<string, unknown>> | undefined>> & {
  readonly byTtl: boolean
}

const image = fc.record({
  sku: fc.constantFrom('A1', 'A2'),
  region: fc.constantFrom('eu', 'us'),
  category: fc.constant('garden'),
  state: fc.constantFrom('active', 'draft'),
  quantity: fc.nat({ max: 9 }),
})
/** What some other program wrote: the state is missing, or is no text. */
const broken = image.map(({ state: _, ...rest }) => rest)
const numbered = image.map((row) => ({ ...row, state: 5 }))
const row = fc.oneof({ weight: 8, arbitrary: image }, broken, numbered)
const write: fc.Arbitrary<Write> = fc
  .record({
    oldImage: fc.option(row, { nil: undefined }),
    newImage: fc.option(row, { nil: undefined }),
    byTtl: fc.boolean(),
  })
  .filter(({ oldImage, newImage }) => oldImage !== undefined || newImage !== undefined)

function recordsOf(writes: readonly Write[]) {
  return writes.map(({ oldImage, newImage, byTtl }, index) => {
    const sku = String((newImage ?? oldImage)?.['sku'])
    const images = {
      ...(oldImage && { oldImage: { ...oldImage, sku } }),
      ...(newImage && { newImage: { ...newImage, sku } }),
    } as Parameters<typeof streamRecord>[0] // one of them is there
    const record = streamRecord({ ...images, sequenceNumber: String(100 + index), key: ['sku'] })
    if (newImage !== undefined || !byTtl) return record
    return { ...record, userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }
  })
}

/** What a warehouse and the dead-letter queue hold in the end. */
async function synced(writes: readonly Write[], { only, ttl }: Rules, isFiltered: boolean) {
  const warehouse = memoryTarget<Stock>()
  const dlq = memoryDlq()
  const when = only && { when: (item: Stock) => item[only.attribute] === only.value }
  const patterns = isFiltered ? filterPatterns({ only, ttl }) : undefined
  let records = 0
  const handler = createStreamSyncHandler({ item: stock, targets: { warehouse }, ...when, ttl, dlq })
  const mapping = eventSourceMapping({
    records: recordsOf(writes),
    batchSize: 1, // no folding: each record is judged by itself
    ...(patterns && { filterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) } }),
    handler: (event, context) => {
      records += event.Records.length
      return handler(event, context)
    },
  })
  await mapping.run()
  const ofThis = dlq.letters().map((letter) => letter.record)
  return { records, items: warehouse.items(), letters: ofThis }
}

const rules: readonly Rules[] = [
  { only: { attribute: 'state', value: 'active' }, ttl: 'propagate' },
  { only: { attribute: 'state', value: 'active' }, ttl: 'ignore' },
  { only: undefined, ttl: 'ignore' },
  { only: undefined, ttl: 'propagate' },
]

describe('The filter of the mapping', () => {
  it.each(rules)('changes nothing of what warehouses and dead letters hold: %o', async (rule) => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 12 }), async (writes) => {
        const [with_, without] = [await synced(writes, rule, true), await synced(writes, rule, false)]
        expect(with_.items).toEqual(without.items)
        expect(with_.letters).toEqual(without.letters)
      }),
      { numRuns: 150 },
    )
  })

  it('spares the function what was a draft and stays one, and the end of a draft', async () => {
    const draft = { sku: 'A1', region: 'eu', category: 'garden', state: 'draft', quantity: 1 }
    const writes = [
      { oldImage: undefined, newImage: draft, byTtl: false },
      { oldImage: draft, newImage: { ...draft, quantity: 2 }, byTtl: false },
      { oldImage: draft, newImage: { ...draft, state: 'active' }, byTtl: false },
      { oldImage: { ...draft, state: 'active' }, newImage: draft, byTtl: false },
      { oldImage: draft, newImage: undefined, byTtl: false },
    ]
    expect(await synced(writes, rules[0]!, true)).toMatchObject({ records: 2, items: [] })
  })

  it('spares the function removals by time to live where they are ignored', async () => {
    const row = { sku: 'A1', region: 'eu', category: 'garden', state: 'active', quantity: 1 }
    const writes = [
      { oldImage: undefined, newImage: row, byTtl: false },
      { oldImage: row, newImage: undefined, byTtl: true },
    ]
    for (const rule of [rules[1]!, rules[2]!])
      expect(await synced(writes, rule, true)).toMatchObject({ records: 1, items: [row] })
    expect(await synced(writes, rules[0]!, true)).toMatchObject({ records: 2, items: [] })
  })
})
