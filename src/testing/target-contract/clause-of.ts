import type { WarehouseTarget } from '../../ports/target.ts'
import type { Clause } from '../clause.ts'
import { newTrial, type Trial, type Trials } from './trial.ts'

/** What a target may be able to do. */
export type TargetAbility = 'guarded' | 'batch' | 'read' | 'snapshot'

/** A clause that holds for targets with these abilities. */
export interface AbilityClause extends Clause {
  readonly needs: readonly TargetAbility[]
}

/** What a target shows that it can do. */
export function abilitiesOf(target: WarehouseTarget<never>): readonly TargetAbility[] {
  const shown: Readonly<Record<TargetAbility, boolean>> = {
    guarded: target.guarded === true,
    batch: target.applyBatch !== undefined,
    read: target.read !== undefined,
    snapshot: target.snapshot !== undefined,
  }
  return (Object.keys(shown) as TargetAbility[]).filter((ability) => shown[ability])
}

/** Makes clauses. One whose target lacks an ability promises nothing and holds. */
export function clauseMaker<Item>(trials: Trials<Item>) {
  return (
    needs: readonly TargetAbility[],
    name: string,
    check: (trial: Trial<Item>) => Promise<void>,
  ): AbilityClause => ({
    needs,
    name,
    check: async () => {
      const trial = await newTrial(trials)
      const shown = abilitiesOf(trial.target)
      if (needs.every((ability) => shown.includes(ability))) await check(trial)
    },
  })
}
