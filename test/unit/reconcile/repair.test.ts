import { expect, test } from 'vitest'
import type { Change, InventoryItem } from 'dynamodb-stream-sync'
import { manualClock } from 'dynamodb-stream-sync/testing'
import { repair } from '../../../src/reconcile/repair.ts'
import { resolveSettings, warehousesOf } from '../../../src/reconcile/settings.ts'
import { emptyTally } from '../../../src/reconcile/tally.ts'
import { withinInvocation } from '../../../src/runtime/invocation.ts'
import { scriptedBatches, scriptedTarget } from '../../support/sync-kit.ts'

/** Repairs missing rows at a warehouse, and answers its counts. */
async function repaired(target: object, held: Readonly<Record<string, string | undefined>>) {
  const clock = manualClock()
  const read = async () => []
  const settings = resolveSettings<InventoryItem>({ clock, targets: { east: { ...target, read } } as never }) // as JavaScript may
  const [warehouse] = warehousesOf({ east: [] }, settings)
  if (!warehouse) throw new Error('One was given.')
  const repairs = Object.entries(held).map(([key, heldVersion]) => {
    const item = { sku: key, quantity: 1 }
    const facts = { warehouse, key, keyAttributes: { sku: key }, heldVersion }
    return { ...facts, kind: 'missing', found: 'source', repair: { type: 'upsert', item } } as const
  })
  const tally = emptyTally()
  const work = withinInvocation({ clock, deadlineMarginMs: 0 }, undefined, (invocation) =>
    repair(repairs, new Map([['east', tally]]), 'run-1', settings, invocation),
  )
  const left = await clock.settle(work)
  return { left: [...left], ...tally.repairs }
}

test('a repair that found something newer is stale, one that found its own version is in conflict', async () => {
  const answers: Readonly<Record<string, string>> = { A: 'applied', B: 'stale', C: 'unchanged', D: 'stale' }
  const target = scriptedTarget(({ key }) => answers[key])
  expect(await repaired(target, { A: undefined, B: undefined, C: undefined, D: undefined })).toEqual({
    ...{ left: [], applied: 1, stale: 2, conflicted: 1, failed: 0 },
  })
})

test('without a pace, all repairs go out together', async () => {
  const target = scriptedBatches((changes: readonly Change<InventoryItem>[]) => changes.map(() => 'applied'))
  expect(await repaired(target, { A: undefined, B: '-~000007', C: undefined })).toMatchObject({ applied: 3 })
  expect(target.calls).toEqual([['A', 'B', 'C']])
})

test('a row that was repaired a million times fails by itself', async () => {
  const target = scriptedTarget()
  expect(await repaired(target, { A: '-~999999', B: '-~999998' })).toEqual({
    ...{ left: [], applied: 1, stale: 0, conflicted: 0, failed: 1 },
  })
  expect(target.calls.map(({ key, version }) => [key, version])).toEqual([['B', '-~999999']])
})
