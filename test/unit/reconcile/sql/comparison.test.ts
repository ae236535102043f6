import { expect, test } from 'vitest'
import { ConfigError } from '../../../../src/errors.ts'
import { comparisonSettings } from '../../../../src/reconcile/sql/comparison.ts'

const least = { source: 'inventory', warehouses: { east: 'shelves' }, key: 'sku', fields: ['price'] }
const settings = (more: object) => comparisonSettings('reconcileSql', { ...least, ...more })

test('the least that is given, with its defaults', () => {
  expect(settings({})).toEqual({
    source: 'inventory',
    warehouses: [{ name: 'east', rows: 'shelves', where: undefined }],
    ...{ key: ['sku'], fields: ['price'], quantity: undefined, listed: 100 },
  })
})

test.for([
  [{ key: ['sku'] }, { key: ['sku'] }],
  [{ key: ['sku', 'lot'] }, { key: ['sku', 'lot'] }],
  [{ fields: ['price', 'quantity'] }, { quantity: 'quantity' }],
  [{ fields: ['price', 'quantity'], quantity: false }, { quantity: undefined }],
  [{ fields: ['price', 'quantity'], quantity: 'price' }, { quantity: 'price' }],
  [{ listed: 100 }, { listed: 100 }],
  [{ listed: 101 }, { listed: 101 }],
  [{ warehouses: { eu: { rows: 'eu' } } }, { warehouses: [{ name: 'eu', rows: 'eu', where: undefined }] }],
  [{ warehouses: { eu: { rows: 'eu', where: 'a' } } }, { warehouses: [{ name: 'eu', rows: 'eu', where: 'a' }] }],
] as const)('%j is %j', ([more, expected]) => {
  expect(settings(more)).toMatchObject(expected)
})

test.for([
  [{ fields: 'sku' }, 'fields', '"sku" names no attribute. Give one or more.'],
  [{ fields: [] }, 'fields', 'a list names no attribute. Give one or more.'],
  [{ fields: ['price', ''] }, 'fields', `"" is no attribute's name.`],
  [{ fields: ['price', 5] }, 'fields', `5 is no attribute's name.`],
  [{ fields: ['price', 'price'] }, 'fields', 'names an attribute twice. Name it once.'],
  [{ key: undefined }, 'key', 'undefined names no attribute. Give one or more.'],
  [{ key: 5 }, 'key', '5 names no attribute. Give one or more.'],
  [{ key: '' }, 'key', `"" is no attribute's name.`],
  [{ key: ['a', 'b', 'c'] }, 'key', 'has more than two attributes. Give the one or two of the table.'],
  [{ source: 5 }, 'source', `5 is no SQL. Give a table's name, or a query in parentheses.`],
  [{ source: ' ' }, 'source', `" " is no SQL. Give a table's name, or a query in parentheses.`],
  [{ warehouses: 'east' }, 'warehouses', 'names no warehouse. Give one or more, by their names.'],
  [{ warehouses: {} }, 'warehouses', 'names no warehouse. Give one or more, by their names.'],
  [
    { warehouses: { east: { rows: 'east', where: null } } },
    'warehouses.east.where',
    `null is no SQL. Give a table's name, or a query in parentheses.`,
  ],
  [{ quantity: 'units' }, 'quantity', '"units" is none of the fields. Name one that is a number, or say false.'],
  [{ quantity: true }, 'quantity', 'true is none of the fields. Name one that is a number, or say false.'],
  [{ listed: 99 }, 'listed', '99 is no whole number of 100 or more. Leave it out, or raise it.'],
  [{ listed: 100.5 }, 'listed', '100.5 is no whole number of 100 or more. Leave it out, or raise it.'],
] as const)('%j is refused', ([more, field, text]) => {
  expect(() => settings(more)).toThrow(new ConfigError(field, text))
})

test('no options at all are refused by the name of the function', () => {
  expect(() => comparisonSettings('reconcileSql', undefined as never)).toThrow(
    new ConfigError('reconcileSql', 'needs options, such as { source, warehouses, key, fields }.'),
  )
})
