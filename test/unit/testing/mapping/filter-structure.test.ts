import { describe, expect, it } from 'vitest'
import { filterPattern } from '../../../../src/testing/mapping/filter-pattern.ts'
import {
  filteredRecord as record,
  image,
  matches,
  size,
  sku,
  type PatternRow,
} from '../../../support/filter-patterns.ts'

const tables: Readonly<Record<string, readonly PatternRow[]>> = {
  exists: [
    ['a field', image('sku', { S: [{ exists: true }] }), true],
    ['no field', image('colour', { S: [{ exists: true }] }), false],
    ['no field is missing', image('sku', { S: [{ exists: false }] }), false],
    ['a missing field', image('colour', { S: [{ exists: false }] }), true],
    ['a missing field within a missing image', { dynamodb: { OldImage: { sku: { S: [{ exists: false }] } } } }, true],
    ['null exists', { odd: [{ exists: true }] }, true],
    ['an object is no leaf', image('sku', [{ exists: true }]), false],
    ['an object is no leaf, hence missing', image('sku', [{ exists: false }]), true],
    ['a list of objects is none either', image('parts', { L: [{ exists: true }] }), false],
    ['a leaf within a list of objects', image('parts', { L: { M: { kind: { S: [{ exists: true }] } } } }), true],
    ['absence is of all objects of a list', image('parts', { L: { M: { count: { N: [{ exists: false }] } } } }), false],
    ['an empty list has no value', image('none', { L: [{ exists: true }] }), false],
    ['missing, or a value', image('colour', { S: ['red', { exists: false }] }), true],
    ['there, and another value', sku('table-1', { exists: false }), false],
  ],
  $or: [
    ['the first', { $or: [{ eventName: ['MODIFY'] }, sku('x')] }, true],
    ['the second', { $or: [{ eventName: ['INSERT'] }, sku('chair-1')] }, true],
    ['none', { $or: [{ eventName: ['INSERT'] }, sku('x')] }, false],
    ['and another field', { eventName: ['INSERT'], $or: [sku('chair-1'), size(59)] }, false],
    ['inside', { dynamodb: { $or: [{ SizeBytes: [1] }, { Keys: { sku: { S: ['chair-1'] } } }] } }, true],
    [
      'with an and inside',
      {
        $or: [
          { eventName: ['MODIFY'], ...size(1) },
          { ...size(59), ...sku('chair-1') },
        ],
      },
      true,
    ],
    ['nested', { $or: [{ eventName: ['INSERT'] }, { $or: [sku('x'), size(59)] }] }, true],
    ['on one field, which has to fulfil both', { ...size({ numeric: ['>', 50] }), $or: [{ a: [1] }, size(58)] }, false],
    ['as a field, where it is no list of objects', { $or: ['MODIFY'] }, false],
    ['as a field, where it holds operators', { $or: [{ prefix: 'a' }, { suffix: 'b' }] }, false],
    ['as a field of the record', image('$or', { S: ['x'] }), false],
  ],
  lists: [
    ['one of a set', image('tags', { SS: ['blue'] }), true],
    ['none of a set', image('tags', { SS: ['green'] }), false],
    ['in one object of a list', image('parts', { L: { M: { kind: { S: ['leg'] }, count: { N: ['4'] } } } }), true],
    ['one of two elements', image('mixed', { L: { N: ['1'] } }), true],
    ['never across two elements', image('mixed', { L: { S: ['x'], N: ['1'] } }), false],
    ['never across two objects', image('parts', { L: { M: { kind: { S: ['top'] }, count: { N: ['4'] } } } }), false],
    [
      'missing in the object that matches',
      image('parts', { L: { M: { kind: { S: ['top'] }, count: { N: [{ exists: false }] } } } }),
      true,
    ],
  ],
}

describe.each(Object.entries(tables))('%s', (_, rows) => {
  it.each(rows)('%s: %j matches: %s', (_rule, pattern, expected) => {
    expect(matches(pattern)).toBe(expected)
  })
})

it('of a name given twice the last one counts, as Lambda documents', () => {
  const pattern = '{"eventName":["INSERT"],"eventName":["MODIFY"]}'
  expect(filterPattern(pattern, { field: 'Pattern', support: 'eventBridge' })(record)).toBe(true)
})

it.each([null, 5, 'text', []])('a record that is none matches no value, but absence: %j', (none) => {
  expect(matches({ eventName: ['MODIFY'] }, none)).toBe(false)
  expect(matches({ eventName: [{ exists: false }] }, none)).toBe(true)
})
