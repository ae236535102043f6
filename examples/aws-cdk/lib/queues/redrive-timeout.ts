import { timeoutSeconds } from '../config/worst-case.ts'
import type { Site } from '../site.ts'

export const redriveBatchSize = 10

/** Letters are applied in rounds, one letter per item and round: at worst each is a round of its own. */
export function redriveTimeoutSeconds({ warehouses, config }: Site): number {
  return Math.min(900, redriveBatchSize * timeoutSeconds(1, warehouses, config))
}
