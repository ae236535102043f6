import type { Warehouse } from '../config/types.ts'

/** Whether a warehouse takes its changes by a FIFO queue of its own. */
export function hasQueue(warehouse: Warehouse): boolean {
  return warehouse.kind !== 'event-bridge' && warehouse.queue === true
}
