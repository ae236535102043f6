import type { SameContent } from '../core/diff.ts'
import { bothAccept, type Accepts } from '../core/routes.ts'
import type { MergeRule } from '../core/merge.ts'
import type { SourceTable } from '../ports/table.ts'
import { ConfigError } from '../errors.ts'
import { resolveSync, type Route, type Sync } from '../runtime/sync.ts'
import { checkRules } from './check-rules.ts'
import { named, quantityReader, sameContent, type QuantityOf } from './content.ts'
import { reconcileDefaults, type GivenOptions, type ReconcileRules, type SnapshotLike } from './options.ts'

/** One place to compare with the source. */
export interface Warehouse<Item> {
  readonly name: string
  readonly snapshot: SnapshotLike<Item>
  /** Undefined: it can be compared, but neither looked at again nor repaired. */
  readonly route: Route<Item> | undefined
  readonly accepts: Accepts<Item>
}

/** The options, checked and with every default filled in. */
export interface Settings<Item> {
  readonly sync: Sync<Item>
  readonly when: Accepts<Item>
  readonly mode: 'plan' | 'apply'
  readonly table: SourceTable | undefined
  /** Undefined: the table. */
  readonly rule: MergeRule<Item> | undefined
  readonly same: SameContent<Item>
  /** Whether states are the same where their attributes are: those of the item's `fields`, or all. */
  readonly byAttributes: boolean
  readonly quantityOf: QuantityOf<Item>
  readonly orphans: 'report' | 'zero' | 'remove'
  readonly settleMs: number
  readonly maxLagMs: number
  readonly maxRepairs: number
  readonly maxRepairRatio: number
  readonly pageTimeoutMs: number
  readonly maxRowsInMemory: number
  readonly signal: AbortSignal | undefined
  readonly resumeFrom: string | undefined
  readonly given: Pick<ReconcileRules<Item>, 'lagMs' | 'repairsPerSecond' | 'lock' | 'pending' | 'onDrift'>
}

/** @throws ConfigError that names the field, the value and the remedy. */
export function resolveSettings<Item>(options: GivenOptions<Item>): Settings<Item> {
  if (typeof options !== 'object' || (options as unknown) === null)
    throw new ConfigError('options', 'is no object. Give one, or nothing.')
  const sync = resolveSync<Item>({ ...options, targets: options.targets ?? {} })
  checkRules(options)
  const settleMs = options.settleMs ?? reconcileDefaults.settleMs
  const quantityOf = quantityReader(sync.item)
  const { authority, lagMs, repairsPerSecond, lock, pending, onDrift } = options
  return {
    sync,
    when: bothAccept(options.when, undefined),
    mode: options.mode ?? reconcileDefaults.mode,
    table: options.table,
    rule: typeof authority === 'function' ? named('authority', authority) : undefined,
    same: sameContent(sync.item, options.compare, quantityOf),
    byAttributes: options.compare === undefined,
    quantityOf,
    orphans: options.orphans ?? reconcileDefaults.orphans,
    settleMs,
    maxLagMs: options.maxLagMs ?? settleMs,
    maxRepairs: options.maxRepairs ?? Infinity,
    maxRepairRatio: options.maxRepairRatio ?? reconcileDefaults.maxRepairRatio,
    pageTimeoutMs: options.pageTimeoutMs ?? reconcileDefaults.pageTimeoutMs,
    maxRowsInMemory: options.maxRowsInMemory ?? reconcileDefaults.maxRowsInMemory,
    signal: options.signal,
    resumeFrom: options.resumeFrom,
    given: { lagMs, repairsPerSecond, lock, pending, onDrift },
  }
}

/** Gives each snapshot its route. @throws ConfigError for one that cannot be repaired although it should. */
export function warehousesOf<Item>(
  snapshots: Readonly<Record<string, SnapshotLike<Item>>>,
  { sync, mode, when }: Settings<Item>,
): readonly Warehouse<Item>[] {
  return Object.entries(snapshots).map(([name, snapshot]) => {
    const route = sync.routes.find((one) => one.name === name)
    if (!route && mode === 'apply')
      throw new ConfigError(`targets.${name}`, "is missing, and mode 'apply' repairs through it. Give the target.")
    return { name, snapshot, route, accepts: route ? route.accepts : when }
  })
}
