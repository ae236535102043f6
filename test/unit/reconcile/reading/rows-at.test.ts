import { manualClock } from 'dynamodb-stream-sync/testing'
import { expect, test } from 'vitest'
import type { Snapshot, SnapshotEntry } from '../../../../src/ports/snapshot.ts'
import { rowsAt } from '../../../../src/reconcile/reading/rows-at.ts'
import { withinInvocation } from '../../../../src/runtime/invocation.ts'

const entry = (key: string, quantity = 1): SnapshotEntry => ({ key, item: { sku: key, quantity } })
const pages = [
  [entry('A'), entry('B', 2)],
  [entry('C'), entry('D', 4), entry('E')],
]

/** Looks for B, D and Z in a place of these pages, which ends so. */
async function looked(given: readonly unknown[], end: () => unknown) {
  const clock = manualClock()
  const letGo: string[] = []
  const snapshot: Snapshot = {
    order: 'none',
    async *pages() {
      try {
        for (const page of given) yield await Promise.resolve(page as readonly SnapshotEntry[])
        return end() as undefined
      } finally {
        letGo.push('let go')
      }
    },
  }
  const rowsOf = { place: 'east', keyNames: ['sku'] }
  const look = await withinInvocation({ clock, deadlineMarginMs: 0 }, undefined, (invocation) =>
    rowsAt(snapshot, rowsOf, new Set(['B', 'D', 'Z']), { invocation, pageTimeoutMs: 1_000 }),
  )
  await Promise.resolve()
  return { look, letGo }
}

test.each([
  ['nothing', undefined],
  ['null', null],
  ['that they are all', { complete: true }],
  ['their number', { rows: 5 }],
])('a place that was read to its end tells what it holds under the keys: it says %s', async (_, summary) => {
  const { look, letGo } = await looked(pages, () => summary)
  const facts = { version: undefined, removed: false }
  const rows = new Map([
    ['B', { key: 'B', keyAttributes: { sku: 'B' }, item: { sku: 'B', quantity: 2 }, ...facts }],
    ['D', { key: 'D', keyAttributes: { sku: 'D' }, item: { sku: 'D', quantity: 4 }, ...facts }],
  ])
  expect(look).toEqual({ rows })
  expect(letGo).toEqual(['let go'])
})

test.each([
  ['are not all', { complete: false }],
  ['are not all, though so many', { complete: false, rows: 5 }],
  ['are more', { complete: true, rows: 6 }],
  ['are fewer', { complete: true, rows: 4 }],
])('a place whose rows %s, as it says, tells nothing', async (_, summary) => {
  const { look } = await looked(pages, () => summary)
  expect(look).toEqual({ error: new Error('The second snapshot of "east" is not complete.') })
})

test('a place that breaks off tells its error', async () => {
  const { look } = await looked(pages, () => {
    throw new RangeError('down')
  })
  const message = '"east" threw an unknown error (RangeError).'
  expect(look).toEqual({ error: expect.objectContaining({ code: 'TARGET_UNAVAILABLE', message }) as unknown })
})

test('a place that gives what is no row tells that, and is let go', async () => {
  const { look, letGo } = await looked([[entry('A')], [null], [entry('B')], [entry('C')]], () => undefined)
  const message = '"east" gave a row that is no object.'
  expect(look).toEqual({ error: expect.objectContaining({ code: 'SNAPSHOT_INVALID', message }) as unknown })
  expect(letGo).toEqual(['let go'])
})
