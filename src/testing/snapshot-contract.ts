import assert from 'node:assert/strict'
import { canonicalText } from '../core/canonical.ts'
import type { Clock } from '../ports/clock.ts'
import type { Snapshot, SnapshotEntry } from '../ports/snapshot.ts'
import { systemClock } from '../system-clock.ts'
import { compareKeys } from '../core/key-order.ts'
import type { Clause } from './clause.ts'
import { rowsOf } from './rows-of.ts'

/** A snapshot's maker. */
export interface SnapshotContractOptions {
  /** Of a place that holds exactly these rows, `{ sku, quantity }` by `sku`. They come in no order. */
  readonly create: (rows: readonly object[]) => Snapshot | Promise<Snapshot>
  /** Times the wait for what hangs, 5 s. Default: the machine's. */
  readonly clock?: Clock | undefined
}

interface Row {
  readonly sku: string
  readonly quantity: number
}

/**
 * What a snapshot promises, as clauses for any test runner.
 *
 * @example
 * for (const { name, check } of snapshotContract({ create: (rows) => snapshotOf(rows) })) test(name, check)
 */
export function snapshotContract({ create, clock = systemClock }: SnapshotContractOptions): readonly Clause[] {
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
      aborted(snapshot, clock),
    ),
  ]
}

const rowOf = (sku: string, index: number): Row => ({ sku, quantity: index })

const few = ['B2', 'A1', 'C3'].map(rowOf)
const many = Array.from({ length: 2_500 }, (_, index) => rowOf(`sku-${(index * 7_919) % 2_500}`, index))
const hostile = [
  ...['\u{1f600}', '\uffee', 'b', 'B', 'a b', 'ab', 'é', 'e\u0301', '"quoted", and more', "it's", '007', '7', '7.0'],
  ...['line\nbreak', '{"json":1}', '__proto__', 'null', '\u{10fffd}', '\ud7ff', '~', '!'],
].map(rowOf)

async function assertAll(snapshot: Snapshot, expected: readonly Row[]): Promise<void> {
  const { rows, summary } = await rowsOf(snapshot)
  assert.ok(summary?.complete !== false, 'a snapshot that was read to its end is complete')
  const sorted = (keys: readonly string[]) => [...keys].sort(compareKeys)
  assert.deepEqual(sorted(rows.map(keyOf)), sorted(expected.map(({ sku }) => sku)), 'every row comes, and comes once')
  const quantities = new Map(expected.map(({ sku, quantity }) => [sku, quantity]))
  for (const row of rows) {
    const quantity = quantities.get(keyOf(row))
    assert.equal(canonicalText(row.item['quantity']), canonicalText(quantity), 'a row comes with its own content')
    assert.ok(row.removed !== true, 'a row that is held is no tombstone')
  }
}

function keyOf({ key, item }: SnapshotEntry): string {
  return key ?? String(item['sku'])
}

/** Aborted after the first page: what else was read may come; then it rejects or ends. */
async function aborted(snapshot: Snapshot, clock: Clock): Promise<void> {
  const stop = new AbortController()
  const done = new AbortController()
  const reading = async () => {
    const iterator = snapshot.pages({ signal: stop.signal })
    let page = await iterator.next()
    stop.abort()
    let rows = 0
    for (; !page.done; page = await iterator.next()) rows += page.value.length
    return { rows, complete: page.value?.complete !== false }
  }
  const end = await Promise.race([
    reading().catch(() => 'rejected' as const),
    clock.sleep(5_000, done.signal).then(() => 'hangs' as const),
  ])
  done.abort()
  assert.notEqual(end, 'hangs', 'the snapshot neither ends nor rejects though its signal is aborted')
  if (typeof end === 'object' && end.complete)
    assert.equal(end.rows, many.length, 'a snapshot that says that it is complete gave every row')
}
