import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Scope, Site } from '../site.ts'
import { compareFunction } from './compare-function.ts'
import { reconcileMachine } from './machine.ts'
import { mergeFunction } from './merge-function.ts'
import type { ReconcileParts } from './parts.ts'
import { reconcileSchedule } from './schedule.ts'
import { shareMap } from './share-map.ts'

export interface Reconcile {
  readonly functions: Readonly<Record<string, IFunction>>
  /** Where one function is not enough. */
  readonly machine: StateMachine | undefined
}

/** Compares all places every so many hours, in the way that `reconcile.scale` says. */
export function reconcile(scope: Scope, site: Site, parts: ReconcileParts): Reconcile {
  const { functions, machine } = byScale[site.config.reconcile.scale](scope, site, parts)
  const [first] = Object.values(functions)
  reconcileSchedule(scope, site, machine ? { machine } : { function: first! }, parts.bus) // each way has a function
  return { functions, machine }
}

const byScale = {
  function: (scope: Scope, site: Site, parts: ReconcileParts): Reconcile => ({
    functions: { compare: compareFunction(scope, site, parts, 'reconcile') },
    machine: undefined,
  }),
  map: (scope: Scope, site: Site, parts: ReconcileParts): Reconcile => {
    const compare = compareFunction(scope, site, parts, 'reconcile-part')
    const merge = mergeFunction(scope, site, parts)
    return {
      functions: { compare, merge },
      machine: reconcileMachine(scope, site, shareMap(scope, site, compare, merge)),
    }
  },
  athena: (scope: Scope, site: Site, parts: ReconcileParts): Reconcile => byScale.map(scope, site, parts),
} as const
