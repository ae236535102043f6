import type { InventoryItem } from '../core/inventory-item.ts'
import { ConfigError } from '../errors.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import type { Targets } from '../runtime/config.ts'
import type { LambdaHandler } from '../runtime/lambda.ts'
import type { Partition, ReconcileConfig } from './options.ts'
import { reconcileOnce } from './reconcile.ts'
import type { ReconcileReport } from './report.ts'
import { resolveSettings, warehousesOf, type Settings } from './settings.ts'

/**
 * Makes the Lambda handler that compares every target with the table, for a schedule, or for a Distributed Map whose
 * input is `{ partition: { index, count } }`, a share of the keys, or `{ partition: { after, until } }`, a range of them.
 * Each target needs a `snapshot` of its own, or one in `snapshots`. As {@link reconcile}; it ends before Lambda's time is
 * up, with a report that says so, and goes on there when it is called with that report's `{ resumeFrom }`.
 *
 * @throws ConfigError that names the field, the value and the remedy.
 */
export function createReconcileHandler<Item = InventoryItem, T extends Targets<Item> = Targets<Item>>(
  config: ReconcileConfig<Item, T>,
): LambdaHandler<unknown, ReconcileReport<Item, keyof T & string>> {
  const settings = resolveSettings<Item>(config)
  const { table } = settings
  if (!table)
    throw new ConfigError('table', 'is missing, and it is what the targets are compared with. Give dynamoDbTable(…).')
  const given: Readonly<Record<string, Snapshot | undefined>> = config.snapshots ?? {}
  for (const name of Object.keys(given))
    if (!Object.hasOwn(config.targets, name))
      throw new ConfigError(`snapshots.${name}`, 'belongs to no target. Remove it or correct its name.')
  for (const name of Object.keys(config.targets)) snapshotOf(name, given, settings)

  return async (event, context) => {
    const opened = Object.keys(config.targets).map((name) => [name, snapshotOf(name, given, settings)] as const)
    const warehouses = warehousesOf<Item>(Object.fromEntries(opened.map(([name, open]) => [name, open()])), settings)
    const source = table.snapshot()
    const { partition, resumeFrom = settings.resumeFrom } = askedBy(event)
    const asked = { ...settings, resumeFrom }
    const report = await reconcileOnce({ source, warehouses, settings: asked, partition, context })
    return report // one report per target, by its name
  }
}

function snapshotOf<Item>(
  name: string,
  given: Readonly<Record<string, Snapshot | undefined>>,
  { sync }: Settings<Item>,
): () => Snapshot {
  const own = given[name]
  if (own !== undefined) {
    if (typeof (own as Partial<Snapshot> | null)?.pages === 'function') return () => own
    throw new ConfigError(`snapshots.${name}`, 'is no snapshot. Give one, such as csvSnapshot({ file }).')
  }
  const target = sync.routes.find((route) => route.name === name)?.target
  const open = target?.snapshot
  if (!open)
    throw new ConfigError(`snapshots.${name}`, 'is missing, and the target has no snapshot of its own. Give one.')
  return () => open.call(target)
}

/** What an invocation may ask for: one part of the keys, or to go on where a former report says. */
interface Asked {
  readonly partition: Partition | undefined
  readonly resumeFrom: string | undefined
}

function askedBy(event: unknown): Asked {
  const { partition, resumeFrom } = (typeof event === 'object' && event !== null ? event : {}) as Partial<
    Record<keyof Asked, unknown>
  >
  if (resumeFrom !== undefined && typeof resumeFrom !== 'string')
    throw new ConfigError('resumeFrom', "is no text. Give a report's `resumeFrom`, or nothing.")
  return { partition: partition === undefined ? undefined : checkedPartition(partition), resumeFrom }
}

function checkedPartition(given: unknown): Partition {
  const { index, count, after, until } = (given ?? {}) as Partial<Record<keyof Partition, unknown>>
  const isShare = isWhole(index) && isWhole(count) && index < count
  const isRange = [after, until].every((key) => key === undefined || typeof key === 'string')
  const isNone = index === undefined && count === undefined
  if (!isRange || !(isShare || (isNone && (after !== undefined || until !== undefined))))
    throw new ConfigError(
      'partition',
      "is none. Give { index: 0, count: 4 }: whole numbers, the index below the count; or { after: 'A', until: 'M' }.",
    )
  return given as Partition // looked at above
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}
