import { fc, test } from '@fast-check/vitest'
import type { Change } from 'dynamodb-stream-sync'
import { eventBridgeTarget } from 'dynamodb-stream-sync/targets/event-bridge'
import { expect } from 'vitest'
import { decodeImage } from '../../src/core/attribute-value.ts'
import { fakeBusClient, type PutAnswers } from '../support/fake-bus-client.ts'
import { anyImage } from '../support/letter-arbitraries.ts'
import { callContext, removalOf, upsertOf } from '../support/stock-changes.ts'

/** Changes of different items, whose attributes are of any kind, some too large for a call together. */
const anyChanges = fc
  .uniqueArray(
    fc.record({
      sku: fc.string({ unit: 'grapheme', minLength: 1 }),
      filler: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 400_000 })),
      image: anyImage,
      removed: fc.boolean(),
    }),
    { maxLength: 25, selector: ({ sku }) => sku },
  )
  .map((items) =>
    items.map(({ sku, filler, image, removed }): Change<unknown> => {
      const item = { ...decodeImage(image), filler: '€'.repeat(filler / 3) }
      const change = removed ? removalOf({ sku }, 1) : upsertOf({ sku }, 1)
      return (removed ? { ...change, previous: item } : { ...change, item }) as Change<unknown>
    }),
  )

const bytesOf = ({ Source, DetailType, Detail, Time }: Readonly<Record<string, unknown>>) =>
  Buffer.byteLength(`${String(Source)}${String(DetailType)}${String(Detail)}`) + (Time === undefined ? 0 : 14)

test.prop([anyChanges], { numRuns: 60 })(
  'whatever is sent fits a call, and tells each change by key and version',
  async (changes) => {
    const client = fakeBusClient()
    const target = eventBridgeTarget({ eventBusName: 'stock', client, fields: (item) => item as object as never })
    const answers = await target.applyBatch(changes, callContext())
    expect(answers).toEqual(changes.map(() => 'applied'))
    for (const batch of client.batches) {
      expect(batch.length).toBeLessThanOrEqual(10)
      expect(batch.map((entry) => bytesOf({ ...entry })).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(1_048_576)
    }
    const details = client.batches.flat().map(({ Detail }) => JSON.parse(Detail!) as Readonly<Record<string, unknown>>)
    expect(details.map(({ type, key, version }) => [type, key, version])).toEqual(
      changes.map(({ type, key, version }) => [type, key, version]),
    )
    for (const [index, { fields, item }] of details.entries()) {
      const change = changes[index]!
      const names = Object.keys((change.type === 'upsert' ? change.item : change.previous) as object).sort()
      expect(Object.keys(fields as object).sort()).toEqual(names)
      expect(Object.keys(item ?? {}).sort()).toEqual(change.type === 'upsert' ? names : [])
    }
  },
)

// P1: a change is answered `applied` only if EventBridge said so, whatever else it says.
test.prop([
  anyChanges,
  fc.infiniteStream(fc.constantFrom('yes', 'yes', 'no', 'both', 'silent', 'short', 'throw', 'large')),
])('P1 no change counts as applied that EventBridge did not take', async (changes, says) => {
  const taken = new Set<unknown>()
  const answer: PutAnswers = (entries) => {
    const verdicts = entries.map(() => says.next().value as string)
    if (verdicts[0] === 'throw') throw new Error('connection reset')
    if (verdicts[0] === 'large') throw Object.assign(new Error(), { $metadata: { httpStatusCode: 413 } })
    if (verdicts.includes('short')) return { Entries: entries.slice(1).map(() => ({ EventId: '1' })) }
    return {
      Entries: verdicts.map((verdict, index) => {
        const { key } = JSON.parse(entries[index]!.Detail!) as { readonly key: string }
        if (verdict === 'yes') taken.add(key)
        return {
          ...((verdict === 'yes' || verdict === 'both') && { EventId: key }),
          ...((verdict === 'no' || verdict === 'both') && { ErrorCode: 'InternalFailure' }),
        }
      }),
    }
  }
  const target = eventBridgeTarget({ eventBusName: 'stock', client: fakeBusClient(answer) })
  const answers = await target.applyBatch(changes, callContext())
  expect(answers.map((one) => one === 'applied')).toEqual(changes.map(({ key }) => taken.has(key)))
  expect(answers.every((one) => one === 'applied' || one instanceof Error)).toBe(true)
})
