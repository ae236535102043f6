import fc from 'fast-check'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { describe, expect, test } from 'vitest'
import { exactNumber } from '../../src/core/number.ts'

interface Written {
  readonly text: string
  /** The value as digits × 10^power. */
  readonly digits: bigint
  readonly power: number
}

/** Up to 38 digits, a point anywhere among them or none, zeros around them, and an exponent or none. */
const decimals: fc.Arbitrary<Written> = fc
  .record({
    negative: fc.boolean(),
    length: fc.integer({ min: 1, max: 38 }),
    seed: fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }),
    zeros: fc.constantFrom(0, 0, 1, 5, 20),
    point: fc.option(fc.integer({ min: 0, max: 58 })),
    exponent: fc.option(fc.integer({ min: -90, max: 90 })),
    mark: fc.constantFrom('e', 'E', 'e+', 'E+'),
  })
  .map(({ negative, length, seed, zeros, point, exponent, mark }) => {
    const digits = `${String(seed).padStart(38, '0').slice(-length)}${'0'.repeat(zeros)}`
    const places = point === null ? 0 : Math.min(point, digits.length)
    const whole = digits.slice(0, digits.length - places) || '0'
    const fraction = places === 0 ? '' : `.${digits.slice(-places)}`
    const power = exponent === null ? '' : `${exponent < 0 ? mark.slice(0, 1) : mark}${exponent}`
    return {
      text: `${negative ? '-' : ''}${whole}${fraction}${power}`,
      digits: BigInt(digits) * (negative ? -1n : 1n),
      power: (exponent ?? 0) - places,
    }
  })

/** Whether a plain JavaScript text of a number is digits × 10^power. */
function isSame(text: string, { digits, power }: Omit<Written, 'text'>): boolean {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const own = {
    digits: BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`),
    power: Number(exponent) - fraction.length,
  }
  const least = Math.min(own.power, power)
  return own.digits * 10n ** BigInt(own.power - least) === digits * 10n ** BigInt(power - least)
}

describe('P8 a number', () => {
  test('of any 38 digits with any exponent is read exactly, in the plainest form that holds it', () => {
    fc.assert(
      fc.property(decimals, (written) => {
        const read = exactNumber(written.text)
        const text = typeof read === 'object' ? read.value : String(read)
        expect(isSame(text, written)).toBe(true)
        const asDouble = String(Number(written.text) + 0)
        if (isSame(asDouble, written)) expect(typeof read).toBe('number')
        else if (typeof read === 'object') expect(isInteger(written) && digitsOf(written) <= 38).toBe(false)
        if (read === 0) expect(Object.is(read, -0)).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is what unmarshall reads, where that is exact', () => {
    fc.assert(
      fc.property(decimals, ({ text, ...written }) => {
        const reference = referenceOf(text)
        fc.pre(reference !== undefined && isSame(String(reference), written))
        const read = exactNumber(text)
        if (typeof reference === 'number') expect(read).toBe(reference + 0)
        // a bigint where a double holds the decimal as well is read as that double
        else expect(BigInt(typeof read === 'object' ? read.value : plain(read))).toBe(reference)
      }),
      { numRuns: 1_000 },
    )
  })

  test('that is none is refused', () => {
    const noise = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[-+.eE0-9xn_ ]{0,6}$/),
      fc.constantFrom(
        '',
        ' ',
        '-',
        '.',
        'e5',
        '1e',
        'NaN',
        'Infinity',
        '-Infinity',
        '0x10',
        '1_000',
        '1n',
        '５',
        '1\n',
      ),
    )
    fc.assert(
      fc.property(noise, (text) => {
        fc.pre(!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/.test(text))
        expect(() => exactNumber(text)).toThrow(expect.objectContaining({ code: 'RECORD_UNDECODABLE' }))
      }),
    )
  })
})

test('of any length is read in the time that its length takes', () => {
  const text = `1${'0'.repeat(200_000)}1`
  expect(exactNumber(text)).toEqual({ value: text })
})

function isInteger({ digits, power }: Written): boolean {
  return power >= 0 || digits % 10n ** BigInt(-power) === 0n
}

function digitsOf({ digits, power }: Written): number {
  return String(digits < 0n ? -digits : digits).length + power
}

/** A bigint of the decimal that JavaScript prints for a number. */
function plain(read: number | bigint): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e\+(\d+))?$/.exec(String(read)) ?? []
  return `${sign}${whole}${fraction.padEnd(Number(exponent), '0')}`
}

function referenceOf(text: string): number | bigint | undefined {
  try {
    return unmarshall({ n: { N: text } })['n'] as number | bigint
  } catch {
    return undefined // unmarshall throws on decimals that it cannot hold
  }
}
