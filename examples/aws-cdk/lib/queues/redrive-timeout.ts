import { letterTimeoutSeconds } from '../config/worst-case.ts'
import type { Site } from '../site.ts'

export const redriveBatchSize = 10

export function redriveTimeoutSeconds({ warehouses, config }: Site): number {
  return letterTimeoutSeconds(redriveBatchSize, warehouses, config)
}
