import assert from 'node:assert/strict'
import { canonicalText } from '../../core/canonical.ts'
import { compareKeys } from '../../core/key-order.ts'
import type { Snapshot, SnapshotEntry, SnapshotSummary } from '../../ports/snapshot.ts'
import { rowsOf } from '../rows-of.ts'
import type { Row } from './held-rows.ts'

/** The place gives these rows, each once and with its content, and says that they are all. */
export async function assertAll(snapshot: Snapshot, expected: readonly Row[]): Promise<void> {
  const { rows, summary } = await rowsOf(snapshot)
  assert.ok(summary?.complete !== false, 'a snapshot that was read to its end is complete')
  assertCount(rows.length, summary)
  const sorted = (keys: readonly string[]) => [...keys].sort(compareKeys)
  assert.deepEqual(sorted(rows.map(keyOf)), sorted(expected.map(({ sku }) => sku)), 'every row comes, and comes once')
  const quantities = new Map(expected.map(({ sku, quantity }) => [sku, quantity]))
  for (const row of rows) {
    const quantity = quantities.get(keyOf(row))
    assert.equal(canonicalText(row.item['quantity']), canonicalText(quantity), 'a row comes with its own content')
    assert.ok(row.removed !== true, 'a row that is held is no tombstone')
  }
}

/** A summary may leave the count out. */
export function assertCount(given: number, summary: SnapshotSummary | undefined): void {
  if (summary?.rows !== undefined) assert.equal(summary.rows, given, 'the rows that it tells of are those that it gave')
}

/** By `sku`, where the place does not tell the key. */
export function keyOf({ key, item }: SnapshotEntry): string {
  return key ?? String(item['sku'])
}
