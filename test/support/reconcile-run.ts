import type { InventoryItem } from 'dynamodb-stream-sync'
import type { GivenOptions, Snapshots } from '../../src/reconcile/options.ts'
import type { Run } from '../../src/reconcile/run.ts'
import { resolveSettings, warehousesOf } from '../../src/reconcile/settings.ts'
import { earliest } from '../../src/runtime/ending.ts'
import { withinInvocation } from '../../src/runtime/invocation.ts'

/** A run as `reconcile` makes it, for tests of one part of it. */
export async function withRun<T>(
  { source, warehouses }: Snapshots<InventoryItem, string>,
  options: GivenOptions<InventoryItem>,
  work: (run: Run<InventoryItem>) => Promise<T>,
): Promise<T> {
  const settings = resolveSettings(options)
  return withinInvocation(settings.sync, undefined, (invocation) =>
    work({
      ...{ runId: 'run-1', source, settings, partition: undefined, lost: undefined },
      warehouses: warehousesOf(warehouses, settings),
      invocation: { ...invocation, cut: earliest([settings.signal], invocation.cut) },
    }),
  )
}
