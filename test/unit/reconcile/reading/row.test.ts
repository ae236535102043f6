import { SnapshotError } from 'dynamodb-stream-sync'
import { expect, test } from 'vitest'
import { entryKey, rowOf } from '../../../../src/reconcile/reading/row.ts'

const single = { place: 'east', keyNames: ['sku'] }
const pair = { place: 'east', keyNames: ['site', 'sku'] }
const refuses = (entry: unknown, rowsOf = single) => {
  try {
    return rowOf(entry as never, rowsOf)
  } catch (error) {
    return error
  }
}

test('a row with its key keeps it, and its key attributes', () => {
  const item = { sku: 'A', quantity: 1 }
  const plain = { key: 'A', keyAttributes: { sku: 'A' }, item, version: undefined, removed: false }
  expect(rowOf({ item }, single)).toEqual(plain)
  expect(rowOf({ key: 'A', item }, single)).toEqual(plain)
  expect(rowOf({ key: 'A', item, removed: true }, single)).toEqual({ ...plain, removed: true })
  expect(rowOf({ key: 'A', item, removed: 'yes' } as never, single).removed).toBe(false)
})

test('a row that keeps its one key attribute to itself has it from its key', () => {
  expect(rowOf({ key: 'A', item: { quantity: 1 } }, single).keyAttributes).toEqual({ sku: 'A' })
})

test.each([[{}], [{ site: 'n' }], [{ sku: 'A' }]])('a row with %j has not all of two key attributes', (item) => {
  expect(refuses({ key: 'n/A', item }, pair)).toEqual(
    new SnapshotError('"east" gave a row without its key attributes site and sku.'),
  )
})

test('a row of two key attributes has both', () => {
  const row = rowOf({ item: { site: 'n', sku: 'A', quantity: 1 } }, pair)
  expect(row.keyAttributes).toEqual({ site: 'n', sku: 'A' })
  expect(entryKey({ key: row.key, item: {} }, pair)).toBe(row.key)
})

test.each([
  [undefined, '"east" gave a row that is no object.'],
  [null, '"east" gave a row that is no object.'],
  [7, '"east" gave a row that is no object.'],
  [{ key: 'A' }, '"east" gave a row that is no object.'],
  [{ key: 'A', item: null }, '"east" gave a row that is no object.'],
  [{ key: 'A', item: 'A' }, '"east" gave a row that is no object.'],
  [{ key: '', item: { sku: 'A' } }, '"east" gave a row whose key is no text.'],
  [{ key: 7, item: { sku: 'A' } }, '"east" gave a row whose key is no text.'],
  [{ key: null, item: { sku: 'A' } }, '"east" gave a row whose key is no text.'],
  [
    { key: 'A', item: { sku: 'A' }, version: 'newest' },
    '"east" gave a row whose version is none. Give back the change\'s own, or no version.',
  ],
])('the row %j is refused', (entry, message) => {
  expect(refuses(entry)).toEqual(new SnapshotError(message))
})

test.each([[{ item: {} }], [{ item: { sku: '' } }], [{ item: { sku: null } }], [{ key: 'A', item: { sku: true } }]])(
  'the row %j has no key, and why is told',
  (entry) => {
    const error = refuses(entry)
    expect(error).toBeInstanceOf(SnapshotError)
    const { message, cause } = error as SnapshotError
    expect(message).toBe(`"east" gave a row without a key. ${(cause as Error).message}`)
  },
)

test('what a row throws itself is its own', () => {
  const own = new TypeError('own')
  const item = Object.defineProperty({}, 'sku', {
    get: () => {
      throw own
    },
  })
  expect(refuses({ item })).toBe(own)
})
