import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareKeys } from '../../src/core/key-order.ts'
import { keyText } from '../../src/core/key.ts'

const awkward = fc.constantFrom(
  '',
  ' ',
  '!',
  '!`',
  '#',
  '~',
  'a',
  'a ',
  'a!',
  '\u0000',
  '\u001f',
  '"',
  '😀',
  '\uffee',
  '\ud7ff',
)
const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.array(awkward, { maxLength: 4 }).map((parts) => parts.join('')),
  )
  .filter((value) => value !== '' && isWellFormed(value))
const number = fc.oneof(
  fc.integer({ min: -120, max: 120 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
)
const bytes = fc.uint8Array({ minLength: 1, maxLength: 6 })

function isWellFormed(value: string): boolean {
  return Buffer.from(value).toString() === value
}

type Attribute = string | number | bigint | Uint8Array

/** How DynamoDB orders two values of one type. */
function compareAttributes(a: Attribute, b: Attribute): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}

/** Pairs of one column: DynamoDB's key attributes have one type for a whole table. */
const column: fc.Arbitrary<readonly [Attribute, Attribute]> = fc.oneof(
  fc.tuple(text, text),
  fc.tuple(number, number),
  fc.tuple(bytes, bytes),
  fc.oneof(text, number, bytes).map((same) => [same, same] as const),
)
const one = (sku: Attribute) => keyText(['sku'], { sku })
const two = (sku: Attribute, site: Attribute) => keyText(['sku', 'site'], { sku, site })
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

describe('key texts', () => {
  test('of one attribute are ordered as it is, and equal only where it is', () => {
    fc.assert(
      fc.property(column, ([a, b]) => {
        expect(byBytes(one(a), one(b))).toBe(compareAttributes(a, b))
      }),
      { numRuns: 500 },
    )
  })

  test('of two attributes are ordered as the attributes one by one in UTF-8, and equal only where both are (history 22)', () => {
    fc.assert(
      fc.property(column, column, ([a1, b1], [a2, b2]) => {
        expect(byBytes(two(a1, a2), two(b1, b2))).toBe(compareAttributes(a1, b1) || compareAttributes(a2, b2))
      }),
      { numRuns: 1_000 },
    )
  })

  test('are well-formed text, and one text attribute is its own', () => {
    fc.assert(
      fc.property(column, column, ([a], [b]) => {
        expect(isWellFormed(two(a, b))).toBe(true)
        if (typeof a === 'string') expect(one(a)).toBe(a)
      }),
    )
  })

  test('of lone surrogates are refused, wherever they stand', () => {
    const lone = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit))
    fc.assert(
      fc.property(text, lone, text, (before, half, after) => {
        const broken = `${before}a${half}a${after}`
        for (const run of [() => one(broken), () => two(broken, 'a'), () => two('a', broken)])
          expect(run).toThrow(expect.objectContaining({ code: 'RECORD_UNDECODABLE' }))
      }),
    )
  })
})

test('keys are compared by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(byBytes(a, b))
      expect(Math.sign(compareKeys(`${a}${b}`, `${a}😀`))).toBe(byBytes(`${a}${b}`, `${a}😀`))
    }),
    { numRuns: 1_000 },
  )
})
