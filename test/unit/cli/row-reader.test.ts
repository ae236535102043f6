import { describe, expect, test } from 'vitest'
import { columnsOf } from '../../../src/cli/columns.ts'
import { placeUrl } from '../../../src/cli/place-url.ts'
import { rowReader } from '../../../src/cli/row-reader.ts'

const place = (columns: string) => placeUrl('--warehouse east', `file:east.csv?columns=${encodeURIComponent(columns)}`)
const wanted = { key: [{ name: 'sku', isNumber: false }], fields: ['quantity'], environment: {} }

describe('columns of other names', () => {
  test('are called what the attributes are; the rest stays', () => {
    const reader = rowReader(place('ARTICLE:sku, on:hand:quantity'), wanted)
    expect(reader?.row({ ARTICLE: 'A1', 'on:hand': '5', shelf: '7' })).toEqual({ sku: 'A1', quantity: 5, shelf: '7' })
  })

  test('may be exchanged', () => {
    const reader = rowReader(place('quantity:sku,sku:quantity'), wanted)
    expect(reader?.row({ sku: '5', quantity: 'A1' })).toEqual({ sku: 'A1', quantity: 5 })
  })

  test('that are missing leave no attribute', () => {
    expect(rowReader(place('ARTICLE:sku'), wanted)?.row({ quantity: 'many' })).toEqual({ quantity: 'many' })
  })

  test.each([
    ['ARTICLE', '--warehouse east: has columns that cannot be read. Write column:attribute, separated by commas.'],
    ['', '--warehouse east: has columns that cannot be read.'],
    ['a:price', '--warehouse east: has a column for the attribute "price", which is neither in --key nor in --fields.'],
    ['a:sku,b:sku', '--warehouse east: names a column, or an attribute, twice in its columns.'],
    ['quantity:sku', '--warehouse east: names a column, or an attribute, twice in its columns.'],
  ])('%j is refused', (columns, message) => {
    expect(() => columnsOf(place(columns), ['sku', 'quantity'])).toThrow(message)
  })
})

test('texts of a number key become numbers', () => {
  const numbered = { ...wanted, key: [{ name: 'sku', isNumber: true }] }
  const plain = placeUrl('--source', 'file:east.csv')
  expect(rowReader(plain, numbered)?.row({ sku: '007', quantity: '5' })).toEqual({ sku: 7, quantity: 5 })
  expect(rowReader(plain, wanted)).toBeUndefined()
})
