import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Change } from '../../core/change.ts'
import type { ItemDefinition } from '../../core/item.ts'
import type { MergeRule } from '../../core/merge.ts'
import { attributePart, lowestVersion } from '../../core/version.ts'
import { sameKeyChanges } from '../arbitraries.ts'
import type { Clause } from '../clause.ts'
import { mergeLaws, stateText } from '../merge-laws.ts'

interface Ruled<Item> {
  readonly item: ItemDefinition<Item>
  readonly items: fc.Arbitrary<Item>
  readonly rule: MergeRule<Item>
}

/** A merge rule's laws, and the same for the two sides that reconcile makes. */
export function authorityLaws<Item>(ruled: Ruled<Item>): readonly Clause[] {
  return [
    ...mergeLaws(ruled).map(({ name, check }) => ({ name: `authority: ${name}`, check })),
    {
      name: 'authority: picks one of the two sides that reconcile asks about, the same one from either side',
      check: async () => fc.assert(fc.property(sides(ruled), (both) => picksOne(ruled.rule, both))),
    },
  ]
}

function picksOne<Item>(rule: MergeRule<Item>, [table, held]: readonly [Change<Item>, Change<Item>]): void {
  fc.pre(table.version !== held.version) // the table wins ties, and nobody is asked
  const picked = stateText(rule(table, held))
  assert.ok([table, held].map(stateText).includes(picked), 'it made up a state, which would be written')
  assert.equal(stateText(rule(held, table)), picked, 'what stands depends on the side')
}

/** As reconcile makes them of rows: they know no more than epoch and attribute, and no time; what is not there, not even these. */
function sides<Item>({ item, items }: Ruled<Item>): fc.Arbitrary<[Change<Item>, Change<Item>]> {
  return fc.tuple(sameKeyChanges(item, items, 2), fc.boolean()).map(([[table, held], neverSeen]) => {
    const side = (change: Change<Item>, version: string): Change<Item> => ({
      ...change,
      id: `${change.key}#${version}`,
      version,
      changedAt: new Date(0),
    })
    const [left, right] = [table as Change<Item>, held as Change<Item>] // two were drawn
    const heldVersion = neverSeen ? lowestVersion : attributePart(right.version)
    return [side(left, left.type === 'removal' ? lowestVersion : attributePart(left.version)), side(right, heldVersion)]
  })
}
