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
 * input is `{ partition: { index, count } }`. Each target needs a `snapshot` of its own, or one in `snapshots`. As
 * {@link reconcile}; it ends before Lambda's time is up, with a report that says so.
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
    const report = await reconcileOnce({ source, warehouses, settings, partition: partitionOf(event), context })
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

function partitionOf(event: unknown): Partition | undefined {
  if (typeof event !== 'object' || event === null || !('partition' in event) || event.partition === undefined)
    return undefined
  const { index, count } = (event.partition ?? {}) as { readonly index?: unknown; readonly count?: unknown }
  if (isWhole(index) && isWhole(count) && index < count) return { index, count }
  throw new ConfigError('partition', 'is none. Give { index: 0, count: 4 }: whole numbers, the index below the count.')
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
