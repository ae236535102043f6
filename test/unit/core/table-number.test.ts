import { describe, expect, test } from 'vitest'
import { oids } from '../../../src/postgres/column.ts'
import { valueOf } from '../../../src/postgres/value.ts'
import { itemMaker } from '../../../src/snapshots/csv/item-of.ts'
import { sameAmounts } from '../../../src/cli/same-amount.ts'
import { tableNumber } from '../../../src/core/table-number.ts'

const readers = {
  'of any place': tableNumber,
  'of PostgreSQL': (text: string) =>
    valueOf(text, { name: 'quantity', oid: oids.numeric, modifier: -1, kind: 'number' }),
  'of a CSV file': (text: string) => itemMaker(['quantity'], ['quantity'])([text])['quantity'],
}

describe.each(Object.entries(readers))('a number %s is what it is in an item of the table', (_, read) => {
  test.each([
    ['12345678901234567890.10', { value: '12345678901234567890.1' }],
    ['0.1234567890123456789000', { value: '0.1234567890123456789' }],
    ['-1.2345678901234567891E-5', { value: '-0.000012345678901234567891' }],
    ['12345678901234567890.00', 12345678901234567890n],
    ['7.50', 7.5],
    ['-0', 0],
  ])('%s', (text, value) => {
    expect(read(text)).toEqual(value)
  })
})

test('one beyond what a table holds stays as it is written', () => {
  expect(tableNumber('1.2345678901234567891E-999')).toEqual({ value: '1.2345678901234567891E-999' })
})

test('the command compares them so, too', () => {
  const same = sameAmounts(['price'])
  expect(same({ price: { value: '12345678901234567890.1' } }, { price: '12345678901234567890.10' })).toBe(true)
})
