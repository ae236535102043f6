import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Change } from '../../core/change.ts'
import type { SameContent } from '../../core/diff.ts'
import { keyOf } from '../../core/key.ts'
import type { Clause } from '../clause.ts'
import { openPlaces, places, type Places, type Tried } from './places.ts'

/** What repairs by these rules come to. */
export function repairLaws<Item>(tried: Tried<Item>, same: SameContent<Item>): readonly Clause[] {
  const law = (name: string, holds: (drawn: Places<Item>) => Promise<void>): Clause => ({
    name: `repair: ${name}`,
    check: () => fc.assert(fc.asyncProperty(places(tried), holds), { numRuns: 50 }),
  })
  return [
    law('is done once: a second run finds nothing more to repair', (drawn) => endsAtOnce(tried, drawn)),
    law('leaves alone what the comparison takes for equal', async (drawn) => {
      const { run, written } = await openPlaces(tried, drawn)
      await run({ mode: 'apply' })
      const rewritten = equalKeys(tried, drawn, same).filter((key) => written().includes(key))
      assert.deepEqual(rewritten, [], 'a row that counts as equal was written')
    }),
  ]
}

async function endsAtOnce<Item>(tried: Tried<Item>, drawn: Places<Item>): Promise<void> {
  const { run } = await openPlaces(tried, drawn)
  const first = (await run({ mode: 'apply' })).east
  assert.equal(first.repairs.applied, first.repairs.planned, 'not every repair was applied')
  const { report, east } = await run({ mode: 'plan' })
  assert.equal(east.repairs.planned, 0, 'after its repairs it finds more of them, and would never end')
  // Where a rule lets the warehouse's state stand, or orphans are left, the difference is reported and stays.
  if (typeof tried.authority === 'function' || drawn.orphans === 'report') return
  assert.equal(report.verdict, 'equal', 'after its repairs the places differ')
}

/** Keys that the table and the warehouse hold alike. */
function equalKeys<Item>(
  { item }: Tried<Item>,
  { table, held }: Places<Item>,
  same: SameContent<Item>,
): readonly string[] {
  const byKey = new Map<string, Change<Item>>(held.map((change) => [change.key, change]))
  return table
    .filter((row) => {
      const there = byKey.get(keyOf(item, row))
      return there?.type === 'upsert' && same(row, there.item)
    })
    .map((row) => keyOf(item, row))
}
