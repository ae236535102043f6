import { shown } from '../../core/given-options.ts'
import { ConfigError } from '../../errors.ts'

const mostAtOnce = 64

/** How many segments are read side by side. @throws ConfigError for what cannot be. */
export function checkedSegments(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= mostAtOnce) return Number(value)
  throw new ConfigError(
    'segments',
    `${shown(value)} is no whole number from 1 to ${mostAtOnce}. Leave it out for ${otherwise}.`,
  )
}

/** Read capacity units a second; undefined: as many as there are. @throws ConfigError for what cannot be. */
export function checkedReadCapacity(value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && value >= 1 && Number.isFinite(value))) return value
  throw new ConfigError(
    'readCapacityPerSecond',
    `${shown(value)} is no number of read capacity units, 1 at least. Leave it out to read without a limit.`,
  )
}
