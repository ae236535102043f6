import { ConfigError } from '../errors.ts'
import { shown } from './given-options.ts'

const standard = 30
const longest = 36_500

/** How long a tombstone is kept, in whole days. @throws ConfigError for tombstones that would end before dead letters do. */
export function checkedTombstoneDays(value: unknown): number {
  if (value === undefined) return standard
  if (typeof value === 'number' && Number.isInteger(value) && value >= 2 && value <= longest) return value
  throw new ConfigError(
    'tombstoneDays',
    `${shown(value)} is no whole number from 2 to ${longest}. A tombstone must be kept longer than dead letters ` +
      "live: the dead letter queue's retention plus 24 h.",
  )
}
