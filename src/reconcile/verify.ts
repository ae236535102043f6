import { compareVersions, lowestVersion, repairVersion } from '../core/version.ts'
import type { Invocation } from '../runtime/invocation.ts'
import { lookAtWarehouse } from './look-again.ts'
import type { PlannedRepair } from './plan.ts'
import type { Row } from './reading/row.ts'
import type { Settings, Warehouse } from './settings.ts'

/**
 * Looks at what was repaired, and answers how many rows that the warehouse should hold are as they should be: as they were
 * written, or newer. What cannot be looked at counts as not mended.
 */
export async function mended<Item>(
  warehouse: Warehouse<Item>,
  applied: readonly PlannedRepair<Item>[],
  settings: Settings<Item>,
  invocation: Invocation,
): Promise<number> {
  if (applied.length === 0) return 0
  const { rows, error } = await lookAtWarehouse(warehouse, applied, settings, invocation)
  const { logger } = settings.sync
  if (!rows) {
    const reason = error instanceof Error ? error.name : typeof error
    logger.warn('Repairs could not be looked at.', { rows: applied.length, warehouse: warehouse.name, reason })
    return 0
  }
  const there = applied.filter((repair) => isThere(repair, rows.get(repair.key), settings))
  const unseen = applied.length - there.length
  if (unseen > 0) logger.warn('Repairs that were applied are not there.', { rows: unseen, warehouse: warehouse.name })
  return there.filter(({ kind }) => kind !== 'orphan').length
}

function isThere<Item>(
  { repair, heldVersion }: PlannedRepair<Item>,
  row: Row | undefined,
  { same }: Settings<Item>,
): boolean {
  const own = row && !row.removed ? (row.item as Partial<Item>) : undefined
  if (repair.type === 'removal' ? own === undefined : own !== undefined && same(repair.item, own)) return true
  // Something newer than the repair may have come after it.
  return row?.version !== undefined && compareVersions(row.version, repairVersion(heldVersion ?? lowestVersion)) > 0
}
