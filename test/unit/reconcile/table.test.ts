import { expect, test } from 'vitest'
import { tableLines, type Column } from '../../../src/reconcile/report/table.ts'

const name: Column = { title: 'Name', align: 'left', mayCut: true }
const note: Column = { title: 'Note', align: 'left', mayCut: true }
const count: Column = { title: 'Count', align: 'right' }
const cells = (...texts: readonly string[]) => texts.map((text) => ({ text }))

test('texts stand to the left and numbers to the right, without spaces at the end', () => {
  expect(tableLines([name, count, note], [cells('a', '1', 'x'), cells('beta', '1,234,567', '')], 40)).toEqual([
    'Name      Count  Note',
    'a             1  x',
    'beta  1,234,567',
  ])
})

test('a row may be short of cells', () => {
  expect(tableLines([name, count], [[], cells('a')], 40)).toEqual(['Name  Count', '', 'a'])
})

test('a cell is painted once it is aligned: the spaces around it are not', () => {
  const paint = (text: string) => `<${text}>`
  const row = cells('a', '1', 'x').map((cell) => ({ ...cell, paint }))
  expect(tableLines([name, count, note], [row], 40)).toEqual(['Name  Count  Note', '<a>         <1>  <x>'])
})

test.each([
  ['a table that just fits is whole', 25, ['Name        Note', 'abcdefghij  klmnopqrstuvw'], 'klmnopqrstuvw'],
  [
    'of one that is too wide by one, the widest column gives one',
    24,
    ['Name        Note', 'abcdefghij  klmnopqrstu…'],
    'klmnopqrstuvw',
  ],
  ['of equally wide columns the first gives', 21, ['Name       Note', 'abcdefgh…  klmnopqrst'], 'klmnopqrst'],
  ['then the other one', 20, ['Name       Note', 'abcdefgh…  klmnopqr…'], 'klmnopqrst'],
  ['down to eight columns each', 18, ['Name      Note', 'abcdefg…  klmnopq…'], 'klmnopqrst'],
  ['and no further: the second stays beside the first', 17, ['Name      Note', 'abcdefg…  klmnopq…'], 'klmnopqrst'],
])('%s, at a width of %d', (_, width, lines, noted) => {
  expect(tableLines([name, note], [cells('abcdefghij', noted)], width)).toEqual(lines)
})

test('a title is never cut', () => {
  const long: Column = { title: 'Long title', align: 'left', mayCut: true }
  expect(tableLines([long, note], [cells('abcdefghijkl', 'x')], 10)).toEqual(['Long title  Note', 'abcdefghi…  x'])
})

test.each([
  ['beside', 18, ['Name  Count  Count', 'a         1      2']],
  ['below, with the first once more', 17, ['Name  Count', 'a         1', '', 'Name  Count', 'a         2']],
])('columns that may not be cut stand %s at a width of %d', (_, width, lines) => {
  expect(tableLines([name, count, count], [cells('a', '1', '2')], width)).toEqual(lines)
})
