import { describe, expect, test } from 'vitest'
import { exactNumber, parseDecimal } from '../../../src/core/number.ts'

describe('a number', () => {
  test.for<readonly [string, unknown]>([
    ['0', 0],
    ['-0', 0],
    ['-0.000', 0],
    ['5', 5],
    ['007', 7],
    ['0.1', 0.1],
    ['123456789012345', 123_456_789_012_345],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-9007199254740993', -9_007_199_254_740_993n],
    ['100000000000000000000000', 1e23],
    ['99999999999999999999999999999999999999', 99_999_999_999_999_999_999_999_999_999_999_999_999n],
    ['9.0071992547409931E16', 90_071_992_547_409_931n],
    ['1E-7', 1e-7],
    ['1.2345678901234567891e129', 12_345_678_901_234_567_891n * 10n ** 110n],
    ['1.2345678901234567891e130', { value: '1.2345678901234567891e130' }],
    ['1e400', { value: '1e400' }],
    ['1e-400', { value: '1e-400' }],
    ['0.12345678901234567890', { value: '0.12345678901234567890' }],
    ['1.00000000000000000000000000000000000001', { value: '1.00000000000000000000000000000000000001' }],
  ])('%s is read as %o', ([text, value]) => {
    expect(exactNumber(text)).toStrictEqual(value)
  })

  test.for(['', '.', '-', 'abc', 'NaN', 'Infinity', '1e', '1.a', '0x10', '1 ', '1,5', '1e99999'])(
    '%o is refused',
    (text) => {
      expect(() => exactNumber(text)).toThrow(expect.objectContaining({ code: 'RECORD_UNDECODABLE' }))
      expect(() => exactNumber(text)).toThrow('no number')
    },
  )
})

test('a decimal is taken apart into sign, digits without outer zeros, and exponent', () => {
  expect(parseDecimal('-0012.500e3')).toEqual({ negative: true, digits: '125', exponent: 5 })
  expect(parseDecimal('0.00012')).toEqual({ negative: false, digits: '12', exponent: -3 })
  expect(parseDecimal('-0.0e9')).toEqual({ negative: false, digits: '', exponent: 0 })
})
