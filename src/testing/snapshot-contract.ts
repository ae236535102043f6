import assert from 'node:assert/strict'
import { canonicalText } from '../core/canonical.ts'
import { compareKeys } from '../core/key-order.ts'
import type { Snapshot, SnapshotEntry } from '../ports/snapshot.ts'
import type { Clause } from './clause.ts'

/** The snapshot under test: `create` gives one of a place that holds these rows, each with `sku` and `quantity`. */
export interface SnapshotContractOptions {
  readonly create: (rows: readonly object[]) => Snapshot | Promise<Snapshot>
}

/** What every snapshot promises, as data for any test runner. */
export function snapshotContract({ create }: SnapshotContractOptions): readonly Clause[] {
  const clause = (name: string, rows: readonly object[], check: (snapshot: Snapshot) => Promise<void>): Clause => ({
    name,
    check: async () => check(await create(rows)),
  })
  const whole = async (snapshot: Snapshot, rows: readonly object[]): Promise<void> => {
    const { entries, complete } = await readAll(snapshot)
    assert.deepEqual(entries.map(({ item }) => canonicalText(item)).sort(), rows.map(canonicalText).sort())
    assert.ok(complete, 'all rows were read, so the snapshot says that it is complete')
  }
  return [
    clause('an empty place gives no rows and is complete', [], (snapshot) => whole(snapshot, [])),
    clause('every row comes once, as it is held', stock(250), (snapshot) => whole(snapshot, stock(250))),
    clause('opened a second time, it gives the same again', stock(3), async (snapshot) => {
      await whole(snapshot, stock(3))
      await whole(snapshot, stock(3))
    }),
    clause('what is declared as sorted by key is, in UTF-8 byte order', hostile, async (snapshot) => {
      const { entries } = await readAll(snapshot)
      const keys = entries.map(({ item }) => String(item['sku']))
      assert.equal(keys.length, hostile.length)
      if (snapshot.order === 'key') assert.deepEqual(keys, [...keys].sort(compareKeys))
    }),
    clause('an aborted signal ends it: it throws, or says that it is incomplete', stock(250), async (snapshot) => {
      const signal = AbortSignal.abort()
      const result = await readAll(snapshot, signal).catch(() => undefined)
      assert.ok(!result || !result.complete || result.entries.length === 250, 'an aborted snapshot claimed to be whole')
    }),
  ]
}

async function readAll(
  snapshot: Snapshot,
  signal = new AbortController().signal,
): Promise<{ readonly entries: readonly SnapshotEntry[]; readonly complete: boolean }> {
  const entries: SnapshotEntry[] = []
  const pages = snapshot.pages({ signal })
  for (;;) {
    const page = await pages.next()
    if (page.done) return { entries, complete: page.value ? page.value.complete : true }
    entries.push(...page.value)
  }
}

const stock = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, index) => ({ sku: `S-${String(index)}`, quantity: index }))
const hostile = ['😀', '\uffee', 'a', 'A', 'a b', 'ä'].map((sku) => ({ sku, quantity: 1 }))
