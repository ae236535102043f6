import assert from 'node:assert/strict'
import type { Change } from '../../core/change.ts'
import { compareKeys } from '../../core/key-order.ts'
import { keyNames, keyText } from '../../core/key.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import { callContext, freshItems, type Trial } from './trial.ts'

export function upserts<Item>(trial: Trial<Item>, count: number): readonly Change<Item>[] {
  return freshItems(trial, count).map((item) => trial.upsert(item, trial.version(1)))
}

export async function read<Item>(
  { target }: Trial<Item>,
  changes: readonly Change<Item>[],
  signal?: AbortSignal,
): Promise<readonly SnapshotEntry[]> {
  const keys = changes.map(({ key, keyAttributes }) => ({ key, keyAttributes }))
  return (await target.read?.(keys, callContext(signal && { signal }))) ?? missing()
}

export function keyOf<Item>({ definition }: Trial<Item>, row: SnapshotEntry): string {
  return row.key ?? keyText(keyNames(definition), row.item)
}

export function keysOf<Item>(trial: Trial<Item>, rows: readonly SnapshotEntry[]): readonly string[] {
  return sorted(rows.map((row) => keyOf(trial, row)))
}

export function sorted(keys: readonly string[]): readonly string[] {
  return [...keys].sort(compareKeys)
}

export function missing(): never {
  throw new assert.AssertionError({ message: 'the target lost an ability that it had when it was made' })
}
