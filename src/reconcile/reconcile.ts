import type { InventoryItem } from '../core/inventory-item.ts'
import { ConfigError } from '../errors.ts'
import { earliest } from '../runtime/ending.ts'
import { withinInvocation, type Invocation } from '../runtime/invocation.ts'
import type { InvocationContext } from '../runtime/lambda.ts'
import { inSpan } from '../runtime/quiet.ts'
import { keepLease } from './lease.ts'
import { logReport } from './log-report.ts'
import type { GivenOptions, Partition, ReconcileOptions, SnapshotLike, Snapshots } from './options.ts'
import type { ReconcileReport } from './report.ts'
import { lockedReport } from './report-of.ts'
import { run } from './run.ts'
import { resolveSettings, warehousesOf, type Settings, type Warehouse } from './settings.ts'

/**
 * Compares all the places in one pass, key by key; repairs with `mode: 'apply'`.
 *
 * - Places that say `order: 'key'` are read page by page, and no more than two pages of each are held. Others are sorted
 *   first: in memory up to `maxRowsInMemory`, beyond it on disk by DuckDB.
 * - With `table`, a difference counts only when it is still there at a second look: the table is read strongly
 *   consistent, `settleMs` pass, the warehouse is read, the table is read again. Without it the caller vouches for the
 *   source, and only the warehouse is looked at again.
 * - A warehouse is looked at again by its target's `read`, or by the target's `snapshot`, opened anew. One that has
 *   neither, such as a file or an array, is reported and never repaired.
 * - A repair's version is newer than what the warehouse held and older than every later write. What fails is counted,
 *   and found again by the next run.
 *
 * @throws ConfigError for options that cannot work, SnapshotError for a snapshot that breaks its promises.
 */
export async function reconcile<Item = InventoryItem, Name extends string = string>(
  snapshots: Snapshots<Item, Name>,
  options?: ReconcileOptions<Item, Name>,
): Promise<ReconcileReport<Item, Name>> {
  const settings = resolveSettings<Item>((options ?? {}) as GivenOptions<Item>) // either form, checked
  checkSnapshots(snapshots)
  const { source, warehouses } = snapshots
  const report = await reconcileOnce({ source, warehouses: warehousesOf<Item>(warehouses, settings), settings })
  return report // one report per warehouse, by its name
}

/** As JavaScript may call it. */
function checkSnapshots(snapshots: unknown): void {
  const { source, warehouses } = (snapshots ?? {}) as { readonly source?: unknown; readonly warehouses?: unknown }
  if (source === undefined) throw new ConfigError('source', 'is missing. Give the rows of the table, or its snapshot.')
  if (typeof warehouses !== 'object' || warehouses === null)
    throw new ConfigError('warehouses', 'is no record. Give one: { berlin: snapshot }.')
}

/** What one call of {@link reconcile}, or of the handler, compares. */
export interface Once<Item> {
  readonly source: SnapshotLike<Item>
  readonly warehouses: readonly Warehouse<Item>[]
  readonly settings: Settings<Item>
  readonly partition?: Partition | undefined
  readonly context?: InvocationContext | undefined
}

export function reconcileOnce<Item>(once: Once<Item>): Promise<ReconcileReport<Item>> {
  const { settings, context, source, warehouses, partition } = once
  const { sync, signal, mode, given } = settings
  const work = async (invocation: Invocation): Promise<ReconcileReport<Item>> => {
    const parts = { runId: runIdOf(settings), source, warehouses, settings, partition }
    const name = lockName(partition)
    const stoppable = { ...invocation, cut: earliest([signal], invocation.cut) }
    const lease = given.lock && mode === 'apply' ? await keepLease(given.lock, name, stoppable, sync.logger) : null
    if (lease === undefined) return lockedReport({ ...parts, invocation, lost: undefined })
    const cut = earliest([lease?.lost], stoppable.cut)
    try {
      return await run({ ...parts, invocation: { ...invocation, cut }, lost: lease?.lost })
    } finally {
      await lease?.release()
    }
  }
  return inSpan(sync.tracer, 'reconcile', {}, async () => {
    const report = await withinInvocation(sync, context, work)
    logReport(report, sync.logger)
    return report
  })
}

function lockName(partition: Partition | undefined): string {
  if (!partition) return 'reconcile'
  const { index, count, after, until } = partition
  const share = count === undefined ? [] : [`${String(index)}-of-${String(count)}`]
  const range = after === undefined && until === undefined ? [] : [`${after ?? ''}..${until ?? ''}`]
  return ['reconcile', ...share, ...range].join('/')
}

/** Tells runs apart: in repairs' ids, and in logs. */
function runIdOf<Item>({ sync: { clock, random } }: Settings<Item>): string {
  const digits = Array.from({ length: 12 }, () => Math.min(15, Math.floor(random() * 16)).toString(16))
  return `${Math.floor(clock.now()).toString(36)}-${digits.join('')}`
}
