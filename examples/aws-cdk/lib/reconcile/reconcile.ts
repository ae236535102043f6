import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Scope, Site } from '../site.ts'
import { topic } from '../watch/topics.ts'
import { athenaReconcile } from './athena/athena-reconcile.ts'
import { compareFunction } from './compare-function.ts'
import { reconcileMachine } from './machine.ts'
import { mergeFunction } from './merge-function.ts'
import { lockTable } from './lock-table.ts'
import type { GivenParts, ReconcileParts } from './parts.ts'
import { reportBucket } from './report-bucket.ts'
import { reconcileSchedule } from './schedule.ts'
import { shareMap } from './share-map.ts'

export interface Reconcile {
  readonly functions: Readonly<Record<string, IFunction>>
  /** Where one function is not enough. */
  readonly machine: StateMachine | undefined
  /** Where reports are kept. */
  readonly reports?: Bucket
}

const nothing: Reconcile = { functions: {}, machine: undefined }

/** Compares all places every so many hours, in the way that `reconcile.scale` says. */
export function reconcile(scope: Scope, site: Site, given: GivenParts): Reconcile {
  const { scale } = site.config.reconcile
  if (scale === 'off') return nothing
  const reports = reportBucket(scope, site)
  const parts = { ...given, reports, locks: lockTable(scope, site), summaries: topic(scope, 'Summaries', site) }
  const made = byScale[scale](scope, site, parts)
  const { functions, machine } = made
  reconcileSchedule(scope, site, machine ? { machine } : { function: functions['compare']! }, given.bus) // one or the other
  return { ...made, reports }
}

const byScale = { function: inOneFunction, map: inShares, athena: athenaReconcile } as const

function inOneFunction(scope: Scope, site: Site, parts: ReconcileParts): Reconcile {
  return {
    functions: { compare: compareFunction(scope, site, parts, { id: 'Compare', entry: 'reconcile' }) },
    machine: undefined,
  }
}

function inShares(scope: Scope, site: Site, parts: ReconcileParts): Reconcile {
  const compare = compareFunction(scope, site, parts, { id: 'Compare', entry: 'reconcile-part' })
  const merge = mergeFunction(scope, site, parts)
  return {
    functions: { compare, merge },
    machine: reconcileMachine(scope, site, shareMap(scope, site, compare, merge)),
  }
}
