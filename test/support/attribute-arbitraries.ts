import fc from 'fast-check'
import { exactNumber } from '../../src/core/number.ts'

/** Doubles that DynamoDB's range holds; zero without sign, as it is read. */
export const doubles = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => value + 0)
  .filter((value) => value === 0 || (Math.abs(value) < 1e125 && Math.abs(value) > 1e-110))

/** Integers that only a `bigint` holds. */
export const largeIntegers = fc
  .bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })
  .filter((value) => typeof exactNumber(String(value)) === 'bigint')

/** Fractions that only `{ value }` holds, in DynamoDB's plain form. */
export const longFractions = fc
  .tuple(fc.bigInt({ min: 10n ** 18n, max: 10n ** 38n - 1n }), fc.integer({ min: 1, max: 60 }), fc.boolean())
  .filter(([digits]) => digits % 10n !== 0n)
  .map(([digits, places, negative]) => {
    const text = String(digits).padStart(places + 1, '0')
    return { value: `${negative ? '-' : ''}${text.slice(0, -places)}.${text.slice(-places)}` }
  })
  .filter(({ value }) => typeof exactNumber(value) === 'object')

export const texts = fc.string({ unit: 'binary' })
const names = fc.string({ unit: 'binary', minLength: 1 })
export const bytes = fc.uint8Array()

const byteSets = fc
  .uniqueArray(bytes, { minLength: 1, maxLength: 4, selector: String })
  .map((members) => new Set(members))
const setOf = <Member>(member: fc.Arbitrary<Member>) =>
  fc.uniqueArray(member, { minLength: 1, maxLength: 4 }).map((members) => new Set(members))

/** What an attribute can be, as decoding gives it. */
export function attributes(
  numbers: fc.Arbitrary<unknown>,
  inSets: fc.Arbitrary<number | bigint>,
): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(texts, fc.boolean(), fc.constant(null), bytes, numbers, setOf(texts), setOf(inSets), byteSets),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value
}

/** Items with every kind of attribute. */
export const rows = fc.dictionary(
  names,
  attributes(fc.oneof(doubles, largeIntegers, longFractions), fc.oneof(doubles, largeIntegers)),
  {
    maxKeys: 6,
    noNullPrototype: true,
  },
)
