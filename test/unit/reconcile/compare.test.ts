import { expect, test } from 'vitest'
import type { InventoryItem, Snapshot, SnapshotEntry } from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { compare, timeToStop } from '../../../src/reconcile/compare.ts'
import { closePlaces, openPlaces } from '../../../src/reconcile/places.ts'
import { resolveSettings, warehousesOf } from '../../../src/reconcile/settings.ts'
import { emptyTally } from '../../../src/reconcile/tally.ts'
import { withinInvocation } from '../../../src/runtime/invocation.ts'

/** One row for each letter, in pages that `|` parts; a small letter is a row of another quantity. `!`: it breaks off. */
function placeOf(text: string): Snapshot {
  const rowOf = (letter: string): SnapshotEntry => {
    const key = letter.toUpperCase()
    return { key, item: { sku: key, quantity: letter === key ? 1 : 2 } }
  }
  return {
    order: 'key',
    async *pages() {
      for (const page of text.replace('!', '').split('|')) yield Array.from(page, rowOf)
      if (text.endsWith('!')) throw new Error('down')
    },
  }
}

/** The batches that come of these places: what differs, what is held twice, and how far each came. */
async function batchesOf(source: string, held: readonly string[], batchPairs = 100) {
  const clock = manualClock()
  const settings = resolveSettings<InventoryItem>({ clock })
  const warehouses = warehousesOf(Object.fromEntries(held.map((text, n) => [`w${String(n)}`, placeOf(text)])), settings)
  const tallies = warehouses.map(emptyTally)
  const look = { sourceRows: 0, finished: false }
  const batches: unknown[] = []
  const work = withinInvocation({ clock, deadlineMarginMs: 0 }, undefined, async (invocation) => {
    const places = openPlaces({ source: placeOf(source), warehouses }, {}, settings, invocation)
    const comparing = { warehouses, tallies, settings, isItem: true }
    for await (const batch of compare(places, comparing, look, { batchPairs, isOver: () => false })) {
      const suspects = batch.suspects.map(({ key, warehouse }) => `${key} at ${warehouse.name}`)
      const twice = batch.duplicates.map(({ drift }) => `${drift.key} at ${drift.warehouse}`)
      batches.push([suspects, twice, batch.upTo])
    }
    closePlaces(places)
  })
  await clock.settle(work)
  return { batches, ...look }
}

test.each([
  ['on one page', 'ABC', ['ABC']],
  ['on many', 'AB|C', ['A|BC', 'ABC']],
])('places that are equal yield one batch, which came to the last key: %s', async (_, source, held) => {
  expect(await batchesOf(source, held)).toEqual({ batches: [[[], [], 'C']], sourceRows: 3, finished: true })
})

test('places without a row yield one batch, which came to no key', async () => {
  expect(await batchesOf('', [''])).toEqual({ batches: [[[], [], undefined]], sourceRows: 0, finished: true })
})

test('a batch is yielded as soon as it has its number of pairs, duplicates included', async () => {
  expect(await batchesOf('AbCdEF', ['ABBcCDEF'], 2)).toEqual({
    batches: [
      [[], ['B at w0', 'C at w0'], 'C'],
      [['D at w0'], [], 'F'],
    ],
    sourceRows: 6,
    finished: true,
  })
  expect((await batchesOf('abcDE', ['ABCDE'], 2)).batches).toEqual([
    [['A at w0', 'B at w0'], [], 'B'],
    [['C at w0'], [], 'E'],
  ])
})

test.each([
  ['two of one page', 'ABC', 'AABC'],
  ['two of two pages', 'ABC', 'A|ABC'],
  ['three, the last on another page', 'ABC', 'AA|ABC'],
  ['three of three pages', 'A|BC', 'A|A|ABC'],
  ['two of two pages, after rows that are equal', 'ABC', 'AA|A|B|C'],
])('a key that comes several times is one duplicate: %s', async (_, source, held) => {
  const batches = [[[], ['A at w0'], 'C']]
  expect(await batchesOf(source, [held])).toEqual({ batches, sourceRows: 3, finished: true })
  const elsewhere = [[[], ['A at w1'], 'C']]
  expect((await batchesOf(source, ['A|BC', held])).batches).toEqual(elsewhere)
})

test('every place is compared at each key, whichever holds it', async () => {
  const { batches, sourceRows } = await batchesOf('B|D', ['AB', 'C|D'])
  expect(batches).toEqual([[['A at w0', 'B at w1', 'C at w1', 'D at w0'], [], 'D']])
  expect(sourceRows).toBe(2)
})

test('what a place does not show after it broke off is no suspect', async () => {
  expect((await batchesOf('aBCD', ['AB!', 'ABD'])).batches).toEqual([[['A at w0', 'A at w1', 'C at w1'], [], 'D']])
  expect((await batchesOf('AB!', ['aBCD'])).batches).toEqual([[['A at w0'], [], 'D']])
})

test('it is time to stop when the time for looking is over, or the run was cut', async () => {
  const clock = manualClock()
  await withinInvocation({ clock, deadlineMarginMs: 0 }, undefined, async (invocation) => {
    const isOver = timeToStop(invocation, 100)
    await clock.advance(99)
    expect(isOver()).toBe(false)
    await clock.advance(1)
    expect(isOver()).toBe(true)
    expect(timeToStop(invocation, Infinity)()).toBe(false)
  })
  const noTime = { getRemainingTimeInMillis: () => 0 }
  await withinInvocation({ clock, deadlineMarginMs: 0 }, noTime, async (invocation) => {
    expect(timeToStop(invocation, Infinity)()).toBe(true)
  })
})
