import { csvSnapshot } from 'dynamodb-stream-sync/snapshots/csv'
import { ndjsonSnapshot } from 'dynamodb-stream-sync/snapshots/ndjson'
import { describe, expect, test } from 'vitest'

const row = () => ({})
const refusal = (field: string, message: string) =>
  expect.objectContaining({
    code: 'CONFIG_INVALID',
    field,
    message: expect.stringContaining(message) as string,
  }) as unknown

describe('csvSnapshot refuses at construction', () => {
  test.for<readonly [options: unknown, field: string, message: string]>([
    [undefined, 'csvSnapshot', 'Give at least { file }'],
    [[], 'csvSnapshot', 'a list cannot be used as options'],
    [{}, 'file', 'undefined is no path of a file'],
    [{ file: '' }, 'file', '"" is no path'],
    [{ file: 'a\0b' }, 'file', 'is no path'],
    [{ file: 'a', delimeter: ';' }, 'delimeter', 'is no option of csvSnapshot. Known are file, numbers, delimiter'],
    [{ file: 'a', delimiter: ';;' }, 'delimiter', '";;" cannot stand between cells'],
    [{ file: 'a', delimiter: '"' }, 'delimiter', 'cannot stand between cells'],
    [{ file: 'a', delimiter: '\n' }, 'delimiter', 'cannot stand between cells'],
    [{ file: 'a', delimiter: '§' }, 'delimiter', 'Give one ASCII character'],
    [{ file: 'a', encoding: 'latin1' }, 'encoding', `"latin1" cannot be read. Give 'utf-8' or 'windows-1252'`],
    [{ file: 'a', header: [] }, 'header', 'a list names no columns'],
    [{ file: 'a', header: 'sku' }, 'header', 'names no columns'],
    [{ file: 'a', header: ['a', 'a'] }, 'header', 'gives column 2 a name that another one has'],
    [{ file: 'a', header: ['a', ' '] }, 'header', 'leaves column 2 without a name'],
    [{ file: 'a', header: ['a'], key: 'sku' }, 'header', 'names no column "sku"'],
    [{ file: 'a', header: ['a'], numbers: ['quantity'] }, 'header', 'names no column "quantity"'],
    [{ file: 'a', numbers: 'quantity' }, 'numbers', `names no columns. Give a list such as ['quantity']`],
    [{ file: 'a', numbers: [1] }, 'numbers', 'names no columns'],
    [{ file: 'a', numbers: ['a'], row }, 'numbers', 'beside row'],
    [{ file: 'a', entries: true }, 'entries', 'Give row, which makes entries of rows'],
    [{ file: 'a', maxRowBytes: 0 }, 'maxRowBytes', '0 is no whole number from 1 to 16777216'],
    [{ file: 'a', maxRowBytes: 1.5 }, 'maxRowBytes', 'is no whole number'],
    [{ file: 'a', maxRowBytes: 2 ** 24 + 1 }, 'maxRowBytes', 'is no whole number'],
  ])('%j: %s', ([options, field, message]) => {
    expect(() => csvSnapshot(options as { file: string })).toThrow(refusal(field, message))
  })
})

describe('ndjsonSnapshot refuses at construction', () => {
  test.for<readonly [options: unknown, field: string, message: string]>([
    [null, 'ndjsonSnapshot', 'null cannot be used as options'],
    [{ file: 5 }, 'file', '5 is no path'],
    [{ file: 'a', delimiter: ',' }, 'delimiter', 'is no option of ndjsonSnapshot'],
    [{ file: 'a', row: 'sku' }, 'row', '"sku" is no function'],
    [{ file: 'a', entries: 1 }, 'entries', '1 is neither true nor false'],
    [{ file: 'a', key: '' }, 'key', '"" names no key'],
    [{ file: 'a', key: [] }, 'key', 'names no key'],
    [{ file: 'a', key: ['a', 'b', 'c'] }, 'key', "Give the item's one or two key attributes"],
    [{ file: 'a', key: ['a', 5] }, 'key', 'names no key'],
    [{ file: 'a', order: 'sku' }, 'order', `"sku" is no order. Give 'key' or 'none'`],
    [{ file: 'a', maxLineBytes: '1' }, 'maxLineBytes', '"1" is no whole number'],
  ])('%j: %s', ([options, field, message]) => {
    expect(() => ndjsonSnapshot(options as { file: string })).toThrow(refusal(field, message))
  })
})

test('a file is not looked at before its pages are', () => {
  expect(csvSnapshot({ file: '/nowhere.csv' }).order).toBe('none')
  expect(ndjsonSnapshot({ file: '/nowhere.ndjson', order: 'key', key: ['sku', 'site'] }).order).toBe('key')
})
