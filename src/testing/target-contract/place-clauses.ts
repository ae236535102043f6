import assert from 'node:assert/strict'
import type { Change } from '../../core/change.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import { rowsOf } from '../rows-of.ts'
import { clauseMaker, type AbilityClause } from './clause-of.ts'
import { keyOf, keysOf, missing, read, sorted, upserts } from './look.ts'
import type { Trial, Trials } from './trial.ts'

/** What a target promises that lets others look into it. */
export function placeClauses<Item>(trials: Trials<Item>): readonly AbilityClause[] {
  const clause = clauseMaker(trials)
  return [
    clause(['read'], 'read: answers each key that it holds once, and leaves out the rest', async (trial) => {
      const changes = upserts(trial, 4)
      await trial.deliver(changes.slice(0, 2))
      const rows = await read(trial, changes)
      assert.deepEqual(keysOf(trial, rows), sorted(changes.slice(0, 2).map(({ key }) => key)))
    }),
    clause(['read'], 'read: answers 250 keys at once', async (trial) => {
      const changes = upserts(trial, 250)
      await trial.deliver(changes)
      assert.deepEqual(keysOf(trial, await read(trial, changes)), sorted(changes.map(({ key }) => key)))
    }),
    clause(
      ['read', 'guarded'],
      'read: answers rows and tombstones with the version that it was given',
      async (trial) => {
        const changes = await withTombstone(trial)
        assertVersions(trial, await read(trial, changes), changes)
      },
    ),
    clause(
      ['snapshot', 'guarded'],
      'snapshot: holds rows and tombstones with the version that they were given',
      async (trial) => {
        const changes = await withTombstone(trial)
        assertVersions(trial, (await rowsOf(trial.target.snapshot?.() ?? missing())).rows, changes)
      },
    ),
    clause(
      ['snapshot'],
      'snapshot: holds what was applied, once, in the order that it promises, each time it is opened',
      async (trial) => {
        const changes = upserts(trial, 30)
        await trial.deliver(changes)
        const snapshot = trial.target.snapshot?.() ?? missing()
        for (const opened of [snapshot, snapshot, trial.target.snapshot?.() ?? missing()]) {
          const { rows, summary } = await rowsOf(opened)
          const keys = rows.map((row) => keyOf(trial, row))
          const own = new Set(changes.map(({ key }) => key))
          assert.deepEqual(
            sorted(keys.filter((key) => own.has(key))),
            sorted([...own]),
            'what was applied is there, once',
          )
          if (opened.order === 'key') assert.deepEqual(keys, sorted(keys), "the order 'key' is that of UTF-8 bytes")
          assert.ok(summary?.complete !== false, 'a snapshot that was read to its end is complete')
        }
      },
    ),
  ]
}

/** An item, an item that was removed, and the removal of one that was never there. */
async function withTombstone<Item>(trial: Trial<Item>): Promise<readonly Change<Item>[]> {
  const [live, removed, never] = upserts(trial, 3)
  assert.ok(live && removed?.item !== undefined && never?.item !== undefined)
  const changes = [live, trial.removal(removed.item, trial.version(2)), trial.removal(never.item, trial.version(3))]
  await trial.deliver([removed, ...changes])
  return changes
}

function assertVersions<Item>(
  trial: Trial<Item>,
  rows: readonly SnapshotEntry[],
  changes: readonly Change<Item>[],
): void {
  for (const { key, version, type } of changes) {
    const row = rows.find((each) => keyOf(trial, each) === key)
    assert.ok(row, type === 'removal' ? 'a tombstone is kept, and shown' : 'an item that was applied is shown')
    assert.equal(row.removed === true, type === 'removal', 'a tombstone says removed: true, and nothing else does')
    assert.equal(row.version, version)
  }
}
