import assert from 'node:assert/strict'
import { compareKeys } from '../../core/key-order.ts'
import type { Snapshot } from '../../ports/snapshot.ts'
import { rowsOf } from '../rows-of.ts'
import { assertCount, keyOf } from './assert-rows.ts'
import type { Row } from './held-rows.ts'

/** A place may give more than the range, but all of it, and nothing that it does not hold. */
export async function assertRanges(snapshot: Snapshot, held: readonly Row[]): Promise<void> {
  const keys = held.map(({ sku }) => sku).sort(compareKeys)
  const at = (share: number) => keys[Math.floor(share * (keys.length - 1))]
  for (const [after, until] of [
    [at(0.3), at(0.6)],
    [at(0.5), undefined],
    [undefined, at(0.5)],
    [at(1), undefined],
  ]) {
    const range = { ...(after !== undefined && { after }), ...(until !== undefined && { until }) }
    const { rows, summary } = await rowsOf(snapshot, range)
    assert.ok(summary?.complete !== false, 'a range that was read to its end is complete')
    assertCount(rows.length, summary)
    const given = rows.map(keyOf)
    assert.equal(new Set(given).size, given.length, 'every row of a range comes once')
    assert.deepEqual(without(given, keys), [], 'a range holds nothing that the place does not hold')
    const wanted = keys.filter(
      (key) =>
        (after === undefined || compareKeys(key, after) > 0) && (until === undefined || compareKeys(key, until) <= 0),
    )
    assert.deepEqual(without(wanted, given), [], 'no row of a range is left out')
  }
}

/** A place that cannot be divided gives all of itself for each part. */
export async function assertParts(snapshot: Snapshot, held: readonly Row[]): Promise<void> {
  const keys = held.map(({ sku }) => sku)
  const given: string[] = []
  for (const index of [0, 1, 2]) {
    const { rows, summary } = await rowsOf(snapshot, { partition: { index, count: 3 } })
    assertCount(rows.length, summary)
    given.push(...rows.map(keyOf))
  }
  assert.deepEqual(without(given, keys), [], 'a part holds nothing that the place does not hold')
  assert.deepEqual(without(keys, given), [], 'no row is left out of all the parts')
}

function without(keys: readonly string[], others: readonly string[]): readonly string[] {
  const taken = new Set(others)
  return keys.filter((key) => !taken.has(key))
}
