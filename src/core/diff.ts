import { canonicalText } from './canonical.ts'

/** What differs between the state an item should have and the one a place holds. */
export type Difference = 'missing' | 'mismatch' | 'orphan'

/** How two states of one item are compared. Absent fields: every attribute. */
export type SameContent<Item> = (expected: Item, held: Partial<Item>) => boolean

/** Compares what should be held with what is held; undefined: no difference. */
export function diff<Item>(
  expected: Item | undefined,
  held: Partial<Item> | undefined,
  same: SameContent<Item>,
): Difference | undefined {
  if (expected === undefined) return held === undefined ? undefined : 'orphan'
  if (held === undefined) return 'missing'
  return same(expected, held) ? undefined : 'mismatch'
}

/** Whether two values are the same content: `5` and `5n` are, the order of properties and set members does not matter. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a === 'object' && a !== null) return typeof b === 'object' && canonicalText(a) === canonicalText(b)
  return (typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint') && a == b
}

/** Whether two rows agree in the named attributes. Absent and null are alike: a column of SQL knows NULL alone. */
export function sameFields(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): boolean {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as string // for it is called for every row, and this is several times faster than an iterator
    if (a[field] !== b[field] && !sameValue(a[field] ?? null, b[field] ?? null)) return false
  }
  return true
}
