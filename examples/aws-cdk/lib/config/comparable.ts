import type { Warehouse } from './types.ts'

/** Whether reconcile can read what a warehouse holds: groups on the bus cannot be asked, nor HTTP without a list. */
export function isComparable(warehouse: Warehouse): boolean {
  return warehouse.kind !== 'event-bridge' && (warehouse.kind !== 'http' || warehouse.list !== undefined)
}
