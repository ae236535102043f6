import assert from 'node:assert/strict'
import fc from 'fast-check'
import { canonicalText } from '../../core/canonical.ts'
import type { SameContent } from '../../core/diff.ts'
import type { ItemDefinition } from '../../core/item.ts'
import { keyNames } from '../../core/key.ts'
import { isSyncError } from '../../errors.ts'
import { validate } from '../../runtime/validate.ts'
import type { Clause } from '../clause.ts'
import { withKey, withKeyOf } from '../item-keys.ts'

interface Compared<Item> {
  readonly item: ItemDefinition<Item>
  readonly items: fc.Arbitrary<Item>
  readonly same: SameContent<Item>
}

/** What a comparison owes to reconcile: the table's item on the left, a warehouse's row on the right. */
export function compareLaws<Item>({ item, items, same }: Compared<Item>): readonly Clause[] {
  const rows = withKey(item, items)
  const law = <T>(name: string, drawn: fc.Arbitrary<T>, holds: (drawn: T) => void): Clause => ({
    name: `compare: ${name}`,
    check: async () => fc.assert(fc.property(drawn, holds)),
  })
  return [
    law('answers true or false, also for a row that lacks attributes', lacking(item, rows), ([table, held]) => {
      const answer: unknown = same(table, held)
      assert.equal(typeof answer, 'boolean', `it answered ${String(answer)}`)
      assert.equal(same(table, held), answer, 'asked again, it answers otherwise')
    }),
    // drawn twice from one seed, for a warehouse's row is never the table's own object
    law('an item equals its copy', fc.clone(rows, 2), ([table, held]) => {
      assert.ok(same(table, held), 'an item and its copy differ: drift that no repair ends')
    }),
    law('does not depend on which of two rows the table holds', pairs(item, rows), ([a, b]) => {
      fc.pre(namesOf(a).join() === namesOf(b).join())
      assert.equal(same(a, b), same(b, a), 'a difference is seen in one direction alone')
    }),
    law('leaves both rows as they are', pairs(item, rows), ([a, b]) => {
      const before = canonicalText([a, b])
      same(a, b)
      assert.equal(canonicalText([a, b]), before, 'it altered what it compares')
    }),
    {
      name: 'compare: tells some of the items apart',
      check: async () => notBlind(item, fc.sample(rows, { numRuns: 100, seed: 1 }), same),
    },
  ]
}

/** An item, and a row of the same key that may lack anything but the key. */
function lacking<Item>(item: ItemDefinition<Item>, rows: fc.Arbitrary<Item>): fc.Arbitrary<[Item, Partial<Item>]> {
  return fc.tuple(rows, rows, fc.infiniteStream(fc.boolean())).map(([table, other, keeps]) => {
    const held = withKeyOf(item, other, table)
    const kept = Object.entries(held as object).filter(([name]) => {
      return keyNames(item).includes(name) || keeps.next().value === true
    })
    return [table, Object.fromEntries(kept) as Partial<Item>] // entries of an Item
  })
}

/** Two items of one key: any, and such that differ in little, if the schema takes those. */
function pairs<Item>(item: ItemDefinition<Item>, rows: fc.Arbitrary<Item>): fc.Arbitrary<[Item, Item]> {
  return fc.tuple(rows, rows, fc.boolean(), fc.infiniteStream(fc.boolean())).map(([a, other, near, takes]) => {
    const b = withKeyOf(item, other, a)
    if (!near) return [a, b]
    const taken = Object.entries(b as object).filter(() => takes.next().value === true)
    const mixed = { ...a, ...Object.fromEntries(taken) }
    return [a, isTaken(item, mixed) ? mixed : b]
  })
}

function isTaken<Item>({ schema }: ItemDefinition<Item>, row: Item): boolean {
  try {
    validate(schema, row)
    return true
  } catch (error) {
    if (isSyncError(error, 'RECORD_UNDECODABLE')) return false
    throw error
  }
}

/** A comparison, or a tolerance, that takes each item for each other hides that all stock is gone. */
function notBlind<Item>(item: ItemDefinition<Item>, sample: readonly Item[], same: SameContent<Item>): void {
  const [first] = sample
  if (first === undefined) return
  const states = sample.map((each) => withKeyOf(item, each, first))
  if (new Set(states.map(canonicalText)).size < 2) return
  const seen = states.some((a) => states.some((b) => !same(a, b)))
  assert.ok(seen, 'any two of the items count as equal, so that no drift of them is ever found')
}

function namesOf(row: unknown): readonly string[] {
  return Object.keys(row as object).sort()
}
