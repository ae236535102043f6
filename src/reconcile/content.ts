import { sameFields, type SameContent } from '../core/diff.ts'
import type { ItemDefinition } from '../core/item.ts'
import { ConfigError } from '../errors.ts'
import type { ReconcileRules } from './options.ts'

/** What a row counts for; undefined where it has no quantity that can be read. */
export type QuantityOf<Item> = (item: Partial<Item>) => number | bigint | undefined

export function quantityReader<Item>({ quantity }: ItemDefinition<Item>): QuantityOf<Item> {
  // A warehouse's row may lack what the function reads: it may throw, and answer anything.
  const read = (item: Partial<Item>): unknown =>
    quantity ? quantity(item as Item) : (item as { readonly quantity?: unknown }).quantity
  return (item) => {
    try {
      const value = read(item)
      if (typeof value === 'bigint') return value
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined
    } catch {
      return undefined
    }
  }
}

/** Held minus expected, in units. What has no quantity counts as none. */
export function unitsBetween(held: number | bigint | undefined, expected: number | bigint | undefined): number {
  return Number(difference(held ?? 0, expected ?? 0))
}

/** When two states of one item count as equal. */
export function sameContent<Item>(
  { fields }: ItemDefinition<Item>,
  compare: ReconcileRules<Item>['compare'],
  quantityOf: QuantityOf<Item>,
): SameContent<Item> {
  if (typeof compare === 'function') return named('compare', compare)
  if (compare) return (expected, held) => isWithin(quantityOf(expected), quantityOf(held), compare.tolerance)
  // An item is an object with attributes.
  return fields
    ? (expected, held) => sameFields(expected as Row, held, fields)
    : (expected, held) => sameFields(expected as Row, held, Object.keys(expected as Row))
}

/** The caller's own function, whose error says whose it is. @throws ConfigError. */
export function named<Given extends readonly unknown[], Answer>(
  option: string,
  own: (...given: Given) => Answer,
): (...given: Given) => Answer {
  return (...given) => {
    try {
      return own(...given)
    } catch (cause) {
      throw new ConfigError(
        option,
        'threw an error. A row may lack any attribute: let it answer for such a row, too.',
        {
          cause,
        },
      )
    }
  }
}

type Row = Readonly<Record<string, unknown>>

function isWithin(a: number | bigint | undefined, b: number | bigint | undefined, tolerance: number): boolean {
  if (a === undefined || b === undefined) return false
  const gap = difference(a, b)
  return (gap < 0 ? -gap : gap) <= tolerance
}

/** Exact for integers of any size. */
function difference(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (isWhole(a) && isWhole(b)) return BigInt(a) - BigInt(b)
  return Number(a) - Number(b)
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value)
}
