import { describe, expect, test } from 'vitest'
import {
  attributePart,
  attributeVersion,
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
    expect(() => paddedSequence('x'.repeat(10_000))).toThrow(/^.{0,150}$/)
  })
})

describe('a version attribute', () => {
  test('of digits is an integer, padded to 38', () => {
    expect(attributeVersion('0042')).toEqual({ kind: 'integer', text: '42'.padStart(38, '0') })
    expect(attributeVersion('9'.repeat(38))).toEqual({ kind: 'integer', text: '9'.repeat(38) })
    expect(attributeVersion('000')).toEqual({ kind: 'integer', text: '0'.repeat(38) })
  })

  test('of printable text is kept as it is', () => {
    const text = '2026-03-01T10:00:00.000Z'
    expect(attributeVersion(text)).toEqual({ kind: 'text', text })
  })

  test.for(['', 'a/b', 'a~b', 'é', 'a\nb', 'x'.repeat(301), '\u007f'])('%o is refused', (text) => {
    expect(() => attributeVersion(text)).toThrow(undecodable)
  })
})

describe('a repair', () => {
  test('is counted up from the held version with six digits', () => {
    const held = `${streamPrefix(0, 'L')}${paddedSequence('1')}`
    expect(repairVersion(held)).toBe(`${held}~000001`)
    expect(repairVersion(`${held}~000009`)).toBe(`${held}~000010`)
    expect(repairVersion(lowestVersion)).toBe('-~000001')
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
  expect(attributePart(lowestVersion)).toBe('')
})

test('only text of a version’s form is one', () => {
  for (const version of ['-', '-~000001', '000000/L/1', '000000/L/1~000001']) expect(isVersion(version)).toBe(true)
  for (const other of ['', '0/L/1', '-~1', '000000/', '000000/é', `000000/${'x'.repeat(401)}`, '000000/a\n'])
    expect(isVersion(other)).toBe(false)
})

test('versions are compared as text', () => {
  expect([compareVersions('a', 'b'), compareVersions('b', 'a'), compareVersions('a', 'a')]).toEqual([-1, 1, 0])
})
