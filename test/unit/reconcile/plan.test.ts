import { expect, test } from 'vitest'
import { limitPassed } from '../../../src/reconcile/plan.ts'

const repairs = (repairable: number, keys: number) => ({ repairable, keys })

test.each([
  ['a tenth of ten keys', [repairs(1, 10)], 0.1, undefined],
  ['more than a tenth of ten keys', [repairs(2, 10)], 0.1, 'maxRepairRatio'],
  ['29 of 100 keys, though 0.29 times 100 is less than 29 in binary', [repairs(29, 100)], 0.29, undefined],
  ['none of no keys', [repairs(0, 0)], 0.1, undefined],
  ['more than a tenth of one warehouse of two', [repairs(0, 1_000), repairs(2, 10)], 0.1, 'maxRepairRatio'],
  ['more than there was at first, where everything may be repaired', [repairs(11, 10)], 1, undefined],
  ['anything, where nothing may be', [repairs(1, 10)], 0, 'maxRepairRatio'],
  ['as much as is allowed of all warehouses together', [repairs(15, 150), repairs(15, 150)], 0.1, undefined],
  ['one more than that', [repairs(15, 150), repairs(16, 160)], 0.1, 'maxRepairs'],
])('30 repairs are allowed: %s', (_, called, maxRepairRatio, expected) => {
  expect(limitPassed(called, { maxRepairs: 30, maxRepairRatio })).toBe(expected)
})
