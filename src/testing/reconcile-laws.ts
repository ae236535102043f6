import type fc from 'fast-check'
import type { ItemDefinition } from '../core/item.ts'
import type { ReconcileRules } from '../reconcile/options.ts'
import { resolveSettings } from '../reconcile/settings.ts'
import type { Clause } from './clause.ts'
import { authorityLaws } from './reconcile-laws/authority-laws.ts'
import { compareLaws } from './reconcile-laws/compare-laws.ts'
import { repairLaws } from './reconcile-laws/repair-laws.ts'
import { safetyLaws } from './reconcile-laws/safety-laws.ts'

/** What a comparison, and a rule of whose state stands, are checked with. */
export interface ReconcileLawsOptions<Item> {
  readonly item: ItemDefinition<Item>
  /** As varied as the table's rows: a comparison that takes all of them for equal is broken. */
  readonly items: fc.Arbitrary<NoInfer<Item>>
  /** As in the options of `reconcile`. Default: the item's `fields`, or else every attribute. */
  readonly compare?: ReconcileRules<Item>['compare']
  /** As in the options of `reconcile`. Default `'table'`; a rule of one's own needs a version attribute. */
  readonly authority?: ReconcileRules<Item>['authority']
}

/**
 * The laws of a reconcile's rules, as data for any test runner: a comparison is total, reflexive and symmetric and not
 * blind; an authority picks one of its sides; and a reconcile in memory with both finds nothing to repair after its own
 * repairs, and keeps to its promises. A tolerance makes no comparison transitive, so that is no law. Failures print fast-check's seed.
 *
 * @example
 * for (const { name, check } of reconcileLaws({ item, items, compare: { tolerance: 2 } })) test(name, check)
 *
 * @throws ConfigError for rules that `reconcile` refuses.
 */
export function reconcileLaws<Item>(options: ReconcileLawsOptions<Item>): readonly Clause[] {
  const { item, items, compare, authority } = options
  const { same, rule } = resolveSettings<Item>({ item, compare, authority })
  const given = { item, items, compare, authority }
  return [
    ...compareLaws({ item, items, same }),
    ...(rule ? authorityLaws({ item, items, rule }) : []),
    ...repairLaws(given, same),
    ...safetyLaws(given),
  ]
}
