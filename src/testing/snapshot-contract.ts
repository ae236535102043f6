import assert from 'node:assert/strict'
import type { Clock } from '../ports/clock.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import { systemClock } from '../system-clock.ts'
import { compareKeys } from '../core/key-order.ts'
import type { Clause } from './clause.ts'
import { rowsOf } from './rows-of.ts'
import { assertAll, keyOf } from './snapshot-contract/assert-rows.ts'
import { assertAborted, assertLetGo } from './snapshot-contract/endings.ts'
import { few, hostile, many, type Row } from './snapshot-contract/held-rows.ts'
import { assertParts, assertRanges } from './snapshot-contract/ranges.ts'

/** A snapshot's maker. */
export interface SnapshotContractOptions {
  /** Of a place that holds exactly these rows, `{ sku, quantity }` by `sku`. They come in no order. */
  readonly create: (rows: readonly object[]) => Snapshot | Promise<Snapshot>
  /** Times the wait for what hangs, 5 s. Default: the machine's. */
  readonly clock?: Clock | undefined
  /**
   * How many files, connections or the like the place's snapshots hold at the moment. Where it is given, a snapshot that
   * was read to its end, or let go, must hold none.
   */
  readonly held?: (() => number | Promise<number>) | undefined
}

/**
 * What a snapshot promises, as clauses for any test runner.
 *
 * @example
 * for (const { name, check } of snapshotContract({ create: (rows) => snapshotOf(rows) })) test(name, check)
 */
export function snapshotContract({ create, clock = systemClock, held }: SnapshotContractOptions): readonly Clause[] {
  const clause = (name: string, rows: readonly Row[], check: (snapshot: Snapshot) => Promise<void>): Clause => ({
    name,
    check: async () => check(await create(rows)),
  })
  return [
    clause('a place that holds nothing gives no rows, and that is all', [], (snapshot) => assertAll(snapshot, [])),
    clause('each row comes once, with its content', few, (snapshot) => assertAll(snapshot, few)),
    clause('rows of many pages come once each', many, (snapshot) => assertAll(snapshot, many)),
    clause("the order 'key' is that of UTF-8 bytes", hostile, async (snapshot) => {
      await assertAll(snapshot, hostile)
      const keys = (await rowsOf(snapshot)).rows.map(keyOf)
      if (snapshot.order === 'key') assert.deepEqual(keys, [...keys].sort(compareKeys))
    }),
    clause('it can be opened twice, one after the other and at the same time', many, async (snapshot) => {
      await assertAll(snapshot, many)
      await Promise.all([assertAll(snapshot, many), assertAll(snapshot, many)])
    }),
    clause('it says that it ended after it started', few, async (snapshot) => {
      const { summary } = await rowsOf(snapshot)
      if (summary) assert.ok(summary.startedAt.getTime() <= summary.endedAt.getTime())
    }),
    clause('it ends when its signal aborts, and never says that it was complete without all rows', many, (snapshot) =>
      assertAborted(snapshot, clock),
    ),
    clause('of a range of keys nothing is left out', many, (snapshot) => assertRanges(snapshot, many)),
    clause('a range of keys is one of UTF-8 bytes', hostile, (snapshot) => assertRanges(snapshot, hostile)),
    clause('all parts of a partition are all of it', many, (snapshot) => assertParts(snapshot, many)),
    clause('read to its end, or let go early, it holds nothing open', many, (snapshot) =>
      assertLetGo(snapshot, clock, held),
    ),
  ]
}
