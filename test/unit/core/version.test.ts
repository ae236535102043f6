import { describe, expect, test } from 'vitest'
import { attributeVersion, integerVersion, textVersion } from '../../../src/core/attribute-version.ts'
import {
  attributePart,
  compareVersions,
  epochOf,
  isVersion,
  lowestVersion,
  paddedSequence,
  repairVersion,
  streamPrefix,
  withoutEpoch,
} from '../../../src/core/version.ts'

const undecodable = expect.objectContaining({ code: 'RECORD_UNDECODABLE' }) as Error

describe('a sequence number', () => {
  test.for<readonly [string, string]>([
    ['111', '111'.padStart(40, '0')],
    ['0', '0'.repeat(40)],
    ['100', '100'.padStart(40, '0')],
    ['0100', '100'.padStart(40, '0')],
    ['000', '0'.repeat(40)],
    ['9'.repeat(40), '9'.repeat(40)],
    [`00${'9'.repeat(40)}`, '9'.repeat(40)],
  ])('%s is padded to 40 digits', ([given, padded]) => {
    expect(paddedSequence(given)).toBe(padded)
  })

  test.for(['', ' 1', '1\n', '-1', '1.5', '1e3', 'abc', '٣', '9'.repeat(41), `x${'0'.repeat(39)}`])(
    '%o is refused as no number',
    (given) => {
      expect(() => paddedSequence(given)).toThrow(undecodable)
      expect(() => paddedSequence(given)).toThrow(/sequence number .* is no number of 1 to 40 digits/)
    },
  )

  test('that is very long is quoted in short', () => {
    expect(() => paddedSequence('x'.repeat(10_000))).toThrow(/^.*"x{48}…".{0,80}$/)
  })
})

describe('a version attribute', () => {
  const padded = (digits: string) => digits.padStart(38, '0')
  const integer = (digits: string) => ({ kind: 'integer', text: padded(digits) })

  test.for<readonly [unknown, string]>([
    [42, '42'],
    [0, '0'],
    [1e21, '1'.padEnd(22, '0')],
    [10n ** 38n - 1n, '9'.repeat(38)],
    [{ value: '1.2E+3' }, '1200'],
  ])('that a row holds as %o is an integer, padded to 38', ([value, digits]) => {
    expect(attributeVersion(value, 'v')).toEqual(integer(digits))
  })

  test('that a stream writes as a number is padded to 38, however it is spelt', () => {
    expect(
      ['0042', '9'.repeat(38), '000', '1.2E+3', '5.0', `000${'9'.repeat(38)}`].map((n) => integerVersion(n, 'v')),
    ).toEqual([padded('42'), '9'.repeat(38), padded('0'), padded('1200'), padded('5'), '9'.repeat(38)])
  })

  test.for(['2026-03-01T10:00:00.000Z', '0123456789abcdef', '0123456789012345', '0042', '7', 'x'.repeat(300)])(
    'of text is kept as it is, be it digits only: %s',
    (text) => {
      expect(attributeVersion(text, 'v')).toEqual({ kind: 'text', text })
    },
  )

  test.for(['', 'a/b', 'a~b', 'é', 'a\nb', 'a\n', 'x'.repeat(301), '\u007f'])('%o is refused as text', (text) => {
    expect(() => attributeVersion(text, 'at')).toThrow(undecodable)
    expect(() => textVersion(text, 'at')).toThrow(/attribute "at" is no printable ASCII.*Use a time/)
  })

  test.for<unknown>([
    -1,
    1.5,
    NaN,
    10n ** 38n,
    -1n,
    null,
    undefined,
    true,
    {},
    { value: 5 },
    [],
    new Date(0),
    Symbol('x'),
  ])('%o is refused as no integer', (value) => {
    expect(() => attributeVersion(value, 'at')).toThrow(/attribute "at" is no integer from 0 up.*Use one/)
  })
})

describe('a repair', () => {
  test('is counted up from the held version with six digits', () => {
    const held = `${streamPrefix(0, 'L')}${paddedSequence('1')}`
    expect(repairVersion(held)).toBe(`${held}~000001`)
    expect(repairVersion(`${held}~000009`)).toBe(`${held}~000010`)
    expect(repairVersion(lowestVersion)).toBe('-~000001')
    expect(repairVersion('000000/L~000009/1')).toBe('000000/L~000009/1~000001')
  })

  test('is possible 999,999 times', () => {
    expect(repairVersion('-~999998')).toBe('-~999999')
  })

  test('after a million others is refused rather than sorted wrong', () => {
    expect(() => repairVersion('-~999999')).toThrow(undecodable)
  })
})

test('a version tells its epoch, and the rest without its repairs', () => {
  const version = `${streamPrefix(12, 'L')}${paddedSequence('7')}`
  expect(epochOf(version)).toBe(12)
  expect(epochOf('-~000001')).toBe(0)
  expect(withoutEpoch(`${version}~000003`)).toBe(`L/${paddedSequence('7')}`)
  expect(attributePart(version)).toBe('000012/L')
  expect(attributePart('000012/2026-/L/7-')).toBe('000012/2026-')
  expect(attributePart(lowestVersion)).toBe('')
})

test('only text of a version’s form is one', () => {
  for (const version of ['-', '-~000001', '000000/L/1', '000000/L/1~000001']) expect(isVersion(version)).toBe(true)
  for (const other of [
    '',
    '0/L/1',
    'x000000/L/1',
    'x-',
    '-~1',
    '000000/',
    '000000/é',
    `000000/${'x'.repeat(401)}`,
    '000000/a\n',
  ])
    expect(isVersion(other)).toBe(false)
})

test('versions are compared as text', () => {
  expect([compareVersions('a', 'b'), compareVersions('b', 'a'), compareVersions('a', 'a')]).toEqual([-1, 1, 0])
})
