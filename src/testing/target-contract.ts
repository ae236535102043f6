import assert from 'node:assert/strict'
import fc from 'fast-check'
import { inventoryItem, type InventoryItem } from '../core/inventory-item.ts'
import type { ItemDefinition } from '../core/item.ts'
import type { Clock } from '../ports/clock.ts'
import type { WarehouseTarget } from '../ports/target.ts'
import { systemClock } from '../system-clock.ts'
import type { Clause } from './clause.ts'
import { attemptClauses } from './target-contract/attempt-clauses.ts'
import { batchClauses } from './target-contract/batch-clauses.ts'
import { abilitiesOf, type TargetAbility } from './target-contract/clause-of.ts'
import { cutOffClauses } from './target-contract/cut-off-clauses.ts'
import { deliveryClauses } from './target-contract/delivery-clauses.ts'
import { guardClauses } from './target-contract/guard-clauses.ts'
import { hostileClauses } from './target-contract/hostile-clauses.ts'
import { placeClauses } from './target-contract/place-clauses.ts'
import type { Trials } from './target-contract/trial.ts'

export type { TargetAbility } from './target-contract/clause-of.ts'

/** A target's maker, and the items that it is to carry. */
export type TargetContractOptions<Item> = {
  /** Called by each clause. All of them may reach the same warehouse: keys are new and versions grow from run to run. */
  readonly create: () => WarehouseTarget<Item> | Promise<WarehouseTarget<Item>>
  /**
   * What the target can do. Given, there are clauses for just these abilities, and one that says that they are all it has.
   * Not given, there are clauses for every ability; those for which the target lacks the ability hold.
   */
  readonly abilities?: readonly TargetAbility[] | undefined
  /**
   * What a row of the warehouse looks like, attribute by attribute. Default: unknown; those attributes of a row that the
   * item has too must be equal.
   */
  readonly held?: ((item: NoInfer<Item>) => Readonly<Record<string, unknown>>) | undefined
  /** Times the wait for what hangs, 5 s. Default: the machine's. */
  readonly clock?: Clock | undefined
} & (
  | {
      readonly item?: undefined
      /** Default: any text as `sku`, any natural number as `quantity`; then hostile keys and values are tried, too. */
      readonly items?: fc.Arbitrary<InventoryItem> | undefined
    }
  | { readonly item: ItemDefinition<Item>; readonly items: fc.Arbitrary<NoInfer<Item>> }
)

/**
 * What a warehouse target promises, as clauses for any test runner. A target without `read` and `snapshot` is judged by
 * its answers alone. Needs the package `fast-check`.
 *
 * @example
 * for (const { name, check } of warehouseTargetContract({ create: () => berlin })) test(name, check)
 */
export function warehouseTargetContract<Item = InventoryItem>(options: TargetContractOptions<Item>): readonly Clause[] {
  const { create, abilities, held, clock = systemClock } = options
  const ownItems = options.items !== undefined
  const trials: Trials<Item> = { create, held, clock, ownItems, ...subject(options) }
  const clauses = [
    deliveryClauses,
    attemptClauses,
    hostileClauses,
    guardClauses,
    batchClauses,
    placeClauses,
    cutOffClauses,
  ].flatMap((of) => of(trials))
  const kept = clauses.filter(({ needs }) => !abilities || needs.every((ability) => abilities.includes(ability)))
  const listed = kept.map(({ name, check }) => ({ name, check }))
  return abilities ? [declared(create, abilities), ...listed] : listed
}

function subject<Item>(options: TargetContractOptions<Item>): Pick<Trials<Item>, 'definition' | 'items'> {
  if (options.item) return { definition: options.item, items: options.items }
  const standard = fc.record({ sku: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), quantity: fc.nat() })
  // without a definition of its own, Item is the default one
  return { definition: inventoryItem, items: options.items ?? standard } as unknown as Pick<
    Trials<Item>,
    'definition' | 'items'
  >
}

function declared<Item>(create: Trials<Item>['create'], abilities: readonly TargetAbility[]): Clause {
  return {
    name: `its abilities are ${abilities.length > 0 ? abilities.join(', ') : 'none but to apply'}`,
    check: async () => {
      assert.deepEqual([...abilitiesOf(await create())].sort(), [...new Set(abilities)].sort())
    },
  }
}
