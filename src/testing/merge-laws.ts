import assert from 'node:assert/strict'
import fc from 'fast-check'
import { canonicalText } from '../core/canonical.ts'
import type { Change } from '../core/change.ts'
import type { ItemDefinition } from '../core/item.ts'
import type { MergeRule } from '../core/merge.ts'
import { sameKeyChanges } from './arbitraries.ts'
import type { Clause } from './clause.ts'

/** What a merge rule is checked with. */
export interface MergeLawsOptions<Item> {
  readonly rule: MergeRule<Item>
  readonly item: ItemDefinition<Item>
  readonly items: fc.Arbitrary<NoInfer<Item>>
}

/**
 * The laws of a merge rule, as data for any test runner: without them, what stands depends on the order of arrival.
 * Failures print fast-check's seed.
 */
export function mergeLaws<Item>({ rule, item, items }: MergeLawsOptions<Item>): readonly Clause[] {
  const three = sameKeyChanges(item, items, 3)
  const law = (name: string, holds: (a: Change<Item>, b: Change<Item>, c: Change<Item>) => void): Clause => ({
    name,
    check: async () => {
      fc.assert(fc.property(three, ([a, b, c]) => holds(a as Change<Item>, b as Change<Item>, c as Change<Item>)))
    },
  })
  const same = (a: Change<Item>, b: Change<Item>): void => assert.equal(stateText(a), stateText(b))
  return [
    law('is commutative: the order of two changes does not matter', (a, b) => same(rule(a, b), rule(b, a))),
    law('is associative: the grouping of three changes does not matter', (a, b, c) =>
      same(rule(rule(a, b), c), rule(a, rule(b, c))),
    ),
    law('is idempotent: a change merged with itself stands', (a) => same(rule(a, a), a)),
    law('picks one of its arguments', (a, b) => {
      const picked = stateText(rule(a, b))
      assert.ok(picked === stateText(a) || picked === stateText(b), 'the rule made up a state')
    }),
  ]
}

/** What stands, as text: equal for equal states. */
export function stateText<Item>({ key, version, type, item }: Change<Item>): string {
  return canonicalText({ key, version, type, item })
}
