import { inventoryItem, type InventoryItem } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'
import { quantityReader, sameContent, unitsBetween } from '../../../src/reconcile/content.ts'

test.each([
  [5, 5],
  [-2.5, -2.5],
  [5n, 5n],
  [NaN, undefined],
  [-Infinity, undefined],
  ['5', undefined],
  [null, undefined],
  [undefined, undefined],
])('a quantity of %s is read as %s', (given, read) => {
  const quantity = () => given as number
  expect(quantityReader<InventoryItem>({ ...inventoryItem, quantity })({})).toBe(read)
  expect(quantityReader(inventoryItem)({ quantity: given } as never)).toBe(read)
})

test('a row over which the quantity fails has none', () => {
  const quantity = ({ sku }: InventoryItem) => sku.length
  const read = quantityReader<InventoryItem>({ ...inventoryItem, quantity })
  expect([read({ sku: 'A1' }), read({})]).toEqual([2, undefined])
})

const large = 2n ** 53n

test.each([
  [5, 3, 2],
  [3, 5, -2],
  [undefined, 3, -3],
  [3, undefined, 3],
  [undefined, undefined, 0],
  [5n, 3, 2],
  [3, 5n, -2],
  [2.5, 1n, 1.5],
  [1n, 2.5, -1.5],
  [large + 1n, large, 1],
  [large + 1n, Number(large), 1],
  [Number(large), large + 1n, -1],
])('held %s where %s is expected are %s units', (held, expected, units) => {
  expect(unitsBetween(held, expected)).toBe(units)
})

test.each([
  [10, 10, true],
  [10, 12, true],
  [12, 10, true],
  [10, 12.1, false],
  [12.1, 10, false],
  [10n, 12n, true],
  [12n, 10n, true],
  [10n, 13n, false],
  [13n, 10n, false],
  [10, 12n, true],
  [large + 3n, Number(large), false],
  [undefined, 1, false],
  [1, undefined, false],
  [undefined, undefined, false],
])('with a tolerance of 2, %s and %s are equal: %s', (expected, held, equal) => {
  const same = sameContent(inventoryItem, { tolerance: 2 }, quantityReader(inventoryItem))
  expect(same({ sku: 'A', quantity: expected as number }, { quantity: held } as never)).toBe(equal)
})
