import { expect, test } from 'vitest'
import { decimalText, plainDecimal } from '../../../src/core/decimal-text.ts'

test.for<readonly [number | bigint | { readonly value: string }, string]>([
  [{ value: '-0.000' }, '0'],
  [-0, '0'],
  [1e-130, `0.${'0'.repeat(129)}1`],
  [9.5e125, `95${'0'.repeat(124)}`],
])('%o is written as DynamoDB takes it: %s', ([value, text]) => {
  expect(decimalText(value, 'The quantity')).toBe(text)
})

test.for([1e-131, 1e126, -1e126])('%d lies outside of what DynamoDB holds', (value) => {
  expect(() => decimalText(value, 'The quantity')).toThrow(expect.objectContaining({ code: 'TARGET_REJECTED' }))
})

test('zero is written without a point', () => {
  expect(plainDecimal({ negative: false, digits: '', exponent: 0 })).toBe('0')
})
