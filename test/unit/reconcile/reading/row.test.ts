import { describe, expect, test } from 'vitest'
import type { SnapshotEntry } from '../../../../src/ports/snapshot.ts'
import { entryKey, rowOf } from '../../../../src/reconcile/reading/row.ts'

const rowsOf = { place: 'east', keyNames: ['sku'] }
const ofTwo = { place: 'east', keyNames: ['site', 'sku'] }
const anything = (given: unknown) => given as SnapshotEntry

describe('the key of a row', () => {
  test('is the one that it tells, else made of its item', () => {
    expect(entryKey({ key: 'A', item: {} }, rowsOf)).toBe('A')
    expect(entryKey({ item: { sku: 'B' } }, rowsOf)).toBe('B')
    expect(entryKey({ item: { site: 'lyon', sku: 'B' } }, ofTwo)).toBe('lyon B')
  })

  test.each([
    undefined,
    null,
    'A',
    5,
    {},
    { key: 'A' },
    { key: 'A', item: null },
    { key: 'A', item: 'A' },
    { key: 'A', item: () => ({}) },
  ])('is not looked for in what is no row: %o', (given) => {
    const error = { code: 'SNAPSHOT_INVALID', message: '"east" gave a row that is no object.' }
    expect(() => entryKey(anything(given), rowsOf)).toThrow(expect.objectContaining(error))
  })

  test.each(['', 5, null, ['A']])('is refused when it is told and no text: %j', (key) => {
    const error = { code: 'SNAPSHOT_INVALID', message: '"east" gave a row whose key is no text.' }
    expect(() => entryKey(anything({ key, item: { sku: 'A' } }), rowsOf)).toThrow(expect.objectContaining(error))
  })

  test('is missing with its reason', () => {
    const cause = expect.objectContaining({ code: 'RECORD_UNDECODABLE' }) as unknown
    const message = '"east" gave a row without a key. The key attribute "sku" is missing.'
    const error = { code: 'SNAPSHOT_INVALID', message, cause }
    expect(() => entryKey({ item: {} }, rowsOf)).toThrow(expect.objectContaining(error))
  })

  test('fails with the own error of an item that cannot be read', () => {
    const error = new Error('gone')
    const item = {
      get sku(): string {
        throw error
      },
    }
    expect(() => entryKey({ item }, rowsOf)).toThrow(error)
  })
})

describe('a row', () => {
  test('has the key attributes of its item, whatever key it tells', () => {
    const item = { sku: 5, quantity: 1 }
    const row = { key: 'told', keyAttributes: { sku: 5 }, item, version: undefined, removed: false }
    expect(rowOf({ key: 'told', item }, rowsOf)).toEqual(row)
    const both = { site: 'lyon', sku: 'A', quantity: 1 }
    expect(rowOf({ item: both }, ofTwo).keyAttributes).toEqual({ site: 'lyon', sku: 'A' })
  })

  test('may keep its one key attribute to itself, for its key is the same text', () => {
    const row = { key: 'A', keyAttributes: { sku: 'A' }, item: {}, version: undefined, removed: true }
    expect(rowOf({ key: 'A', item: {}, removed: true }, rowsOf)).toEqual(row)
  })

  test.each([{}, { site: 'lyon' }, { sku: 'A' }])('must give both of two key attributes: %j', (item) => {
    const message = '"east" gave a row without its key attributes site and sku.'
    const error = expect.objectContaining({ code: 'SNAPSHOT_INVALID', message }) as Error
    expect(() => rowOf({ key: 'lyon A', item }, ofTwo)).toThrow(error)
  })

  test('is refused where a key attribute can be none, though it tells its key', () => {
    const message = '"east" gave a row without a key. The key attribute "sku" is neither text, number nor binary.'
    const error = expect.objectContaining({ code: 'SNAPSHOT_INVALID', message }) as Error
    expect(() => rowOf({ key: 'A', item: { sku: true } }, rowsOf)).toThrow(error)
  })
})
