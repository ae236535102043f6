import { compareKeys } from '../core/key-order.ts'
import type { Drift } from './report.ts'

/** How many drifts a report keeps as its sample. */
export const sampleSize = 100

/** The heaviest first; of equal ones by key, then by warehouse: an order that does not depend on how a run was split. */
export function byWeight(a: Drift<unknown>, b: Drift<unknown>): number {
  return Math.abs(b.units) - Math.abs(a.units) || compareKeys(a.key, b.key) || compareKeys(a.warehouse, b.warehouse)
}
