import type { Change, InventoryItem } from 'dynamodb-stream-sync'
import { repairVersion } from '../../src/core/version.ts'
import { rowsOf } from '../../src/testing/rows-of.ts'
import type { Ports, Reconciling } from '../../src/testing/simulation/subject.ts'
import { someMs, type Surroundings } from '../../src/testing/simulation/world.ts'
import type { Warehouse } from './warehouse.ts'

type Item = InventoryItem

/** A reconcile that decides by what it saw once. */
export function flawedReconcile(world: Surroundings, flaw: 'stale' | 'tableFirst') {
  return async ({ config, table }: Ports<Item>, { snapshots }: Reconciling): Promise<void> => {
    const rows = new Map((await rowsOf(table.snapshot())).rows.map(({ key, item }) => [key ?? '', item]))
    const early = flaw === 'stale' ? await heldBy(snapshots) : undefined
    await world.clock.sleep(someMs(world, 1_000, 10_000))
    const held = await heldBy(snapshots)
    for (const [name, given] of Object.entries(config.targets)) {
      const { target, when } = given as unknown as { target: Warehouse['single']; when: (item: Item) => boolean }
      for (const key of new Set([...rows.keys(), ...(held.get(name)?.keys() ?? [])])) {
        const row = rows.get(key)
        if (row && typeof row['quantity'] !== 'number') continue
        const expected = row && when(row as Item) ? row : undefined
        const now = held.get(name)?.get(key)
        const seen = (early ?? held).get(name)?.get(key)
        if (JSON.stringify(seen?.item) === JSON.stringify(expected) || name === 'west') continue // west takes batches
        const facts = { key, keyAttributes: { sku: key }, id: `${key}#repair`, changedAt: new Date(0) }
        const version = repairVersion(now?.version ?? '-')
        const change = expected
          ? { ...facts, version, type: 'upsert', item: expected }
          : { ...facts, version, type: 'removal' }
        const context = { target: name, attempt: 1, timeoutMs: 1_000, signal: new AbortController().signal }
        await target.apply(change as Change<Item>, context).catch(() => undefined)
      }
    }
  }
}

type Seen = ReadonlyMap<string, { readonly item: unknown; readonly version: string | undefined }>

async function heldBy(snapshots: Reconciling['snapshots']): Promise<ReadonlyMap<string, Seen>> {
  const all = new Map<string, Seen>()
  for (const [name, snapshot] of Object.entries(snapshots)) {
    const { rows } = await rowsOf(snapshot)
    all.set(
      name,
      new Map(rows.map((row) => [row.key ?? '', { item: row.removed ? undefined : row.item, version: row.version }])),
    )
  }
  return all
}
