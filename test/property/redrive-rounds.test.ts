import { fc, test } from '@fast-check/vitest'
import { createQueueSyncHandler, TargetRejectedError, type Change, type InventoryItem } from 'dynamodb-stream-sync'
import { streamRecord } from 'dynamodb-stream-sync/testing'
import { describe, expect } from 'vitest'
import { failedOf, insert, letterOf, queueEvent, tableOf, versionOf } from '../support/sync-kit.ts'

const message = fc.record({
  sku: fc.constantFrom('A', 'B', 'C'),
  group: fc.option(fc.constantFrom('g1', 'g2', 'g3'), { nil: undefined }),
  fails: fc.boolean(),
})
/** Messages in the order of arrival, each with its own place in the stream. */
const batch = fc
  .array(message, { maxLength: 10 })
  .chain((messages) =>
    fc
      .shuffledSubarray([...messages.keys()], { minLength: messages.length })
      .map((places) =>
        messages.map((one, index) => ({ ...one, place: (places[index] ?? 0) + 1, id: `m${String(index + 1)}` })),
      ),
  )

describe('P5 redrive of any batch', () => {
  test.prop([batch])(
    'never two changes of one item at once; groups keep their order and stop at a failure',
    async (given) => {
      const versionAt = (place: number) => versionOf(streamRecord(insert('A', 0, place)))
      const idAt = new Map(given.map(({ place, id }) => [versionAt(place), id]))
      const failing = new Set(given.filter(({ fails }) => fails).map(({ id }) => id))
      const tried: string[] = []
      const west = {
        guarded: true,
        applyBatch: async (changes: readonly Change<InventoryItem>[]) => {
          expect(new Set(changes.map(({ key }) => key)).size).toBe(changes.length)
          return changes.map(({ version }) => {
            const id = idAt.get(version) ?? ''
            if (!tried.includes(id)) tried.push(id)
            return failing.has(id) ? new TargetRejectedError('no') : ('applied' as const)
          })
        },
      }
      const handler = createQueueSyncHandler({ targets: { west }, table: tableOf([]) })
      const event = queueEvent(
        given.map(({ sku, place }) => letterOf(streamRecord(insert(sku, 0, place)))),
        given.map(({ group }) => group as string), // undefined: a message without group
      )
      const left = new Set(failedOf(await handler(event)))
      for (const [index, { id, group, sku, place }] of given.entries()) {
        const before = given.slice(0, index).filter((one) => group !== undefined && one.group === group)
        const stopped = before.some((one) => failing.has(one.id))
        expect([id, tried.includes(id), left.has(id)]).toEqual([id, !stopped, stopped || failing.has(id)])
        if (stopped) continue
        for (const one of before) expect(tried.indexOf(one.id)).toBeLessThan(tried.indexOf(id))
        const older = given.filter((one) => group === undefined && !one.group && one.sku === sku && one.place < place)
        for (const one of older) expect(tried.indexOf(one.id)).toBeLessThan(tried.indexOf(id))
      }
    },
  )
})
