import { inventoryItem } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'

const validate = (row: unknown) => {
  const answer = inventoryItem.schema['~standard'].validate(row)
  if (answer instanceof Promise) throw new Error('The default item answers at once.')
  return answer
}

describe('the default item', () => {
  test('is the row itself, with the attributes that it does not know', () => {
    const row = { sku: 'A1', quantity: 0.5, site: 'east' }
    expect(validate(row)).toHaveProperty('value', row)
    const { value } = validate(row) as { readonly value: unknown }
    expect(value).toBe(row)
  })

  test.for<readonly [string, unknown]>([
    ['a text as quantity', { sku: 'A1', quantity: '5' }],
    ['no number as quantity', { sku: 'A1', quantity: NaN }],
    ['an endless quantity', { sku: 'A1', quantity: Infinity }],
    ['a bigint as quantity', { sku: 'A1', quantity: 5n }],
    ['no quantity', { sku: 'A1' }],
    ['a number as sku', { sku: 1, quantity: 5 }],
    ['no sku', { quantity: 5 }],
    ['null', null],
    ['nothing', undefined],
    ['a text', 'A1'],
  ])('refuses %s', ([, row]) => {
    expect(validate(row).issues?.length).toBeGreaterThan(0)
  })

  test('of a row that inherits its attributes has them as its own', () => {
    const { value } = validate(Object.create({ sku: 'A1', quantity: 5 })) as { readonly value: object }
    expect(Object.entries(value)).toEqual([
      ['sku', 'A1'],
      ['quantity', 5],
    ])
  })
})
