import { describe, expect, test } from 'vitest'
import { SnapshotError } from '../../../../src/errors.ts'
import { checkedAnswer } from '../../../../src/reconcile/sql/answer.ts'
import { comparisonSettings } from '../../../../src/reconcile/sql/comparison.ts'

const comparison = comparisonSettings('reconcileSql', {
  ...{ source: 'inventory', warehouses: { east: 'east', west: 'west' }, key: 'sku', fields: ['quantity'] },
})
const count = (warehouse: unknown, kind: unknown, more: object = {}) => ({
  ...{ entry: 'count', warehouse, kind, in_source: '2', expected: '2', held: '2', keys: '2' },
  ...{ units: '0', units_absolute: '0', ...more },
})
const checked = (...rows: readonly unknown[]) => checkedAnswer(rows, comparison)
const noAnswer = new SnapshotError(
  "The rows are not what reconcileSql's statement answers. Give its rows, by column names.",
)

test('rows come with their counts as numbers, and all that they hold', () => {
  const missing = count('east', 'missing', { held: 0n, keys: 1, units: '-5', units_absolute: '5' })
  const drift = { ...missing, entry: 'drift', key_0: 'A', expected_0: '5' }
  const rows = [count('east', 'equal', { keys: '1' }), missing, drift, count('west', 'equal')]

  const numbers = { in_source: 2, expected: 2, held: 2, keys: 2, units: 0, units_absolute: 0 }
  const lack = { held: 0, keys: 1, units: -5, units_absolute: 5 }
  expect(checked(...rows)).toEqual([
    { ...numbers, entry: 'count', warehouse: 'east', kind: 'equal', keys: 1, values: rows[0] },
    { ...numbers, entry: 'count', warehouse: 'east', kind: 'missing', ...lack, values: rows[1] },
    { ...numbers, entry: 'drift', warehouse: 'east', kind: 'missing', ...lack, values: rows[2] },
    { ...numbers, entry: 'count', warehouse: 'west', kind: 'equal', values: rows[3] },
  ])
})

test.for([
  ['no row', null],
  ['an entry that there is not', count('east', 'equal', { entry: 'sum' })],
  ['a warehouse that there is not', count('north', 'equal')],
  ['a warehouse that is no text', count(['east'], 'equal')],
  ['a kind that there is not', count('east', 'same')],
  ['a count of nothing', count('east', 'equal', { keys: '' })],
  ['a count that is NULL', count('east', 'equal', { keys: null })],
  ['a count that is not there', count('east', 'equal', { keys: undefined })],
  ['a count that is no number', count('east', 'equal', { keys: 'two' })],
])('%s is no row of an answer', ([, row]) => {
  expect(() => checked(count('west', 'equal'), row)).toThrow(noAnswer)
})

describe('rows without a key are told by their place:', () => {
  const keyless = (warehouse: string, in_source: string, held: string) =>
    count(warehouse, 'keyless', { in_source, held, expected: '0', keys: '1' })

  test.for([
    ['the source', 'source', [keyless('east', '1', '0'), keyless('west', '1', '1')]],
    ['the first warehouse', 'east', [keyless('east', '0', '1'), keyless('west', '0', '0')]],
    ['another warehouse', 'west', [count('east', 'equal'), keyless('east', '0', '0'), keyless('west', '0', '1')]],
    ['the row, where it counts none', 'east', [keyless('east', '0', '0'), keyless('west', '0', '0')]],
  ] as const)('%s', ([, name, rows]) => {
    expect(() => checked(...rows)).toThrow(
      new SnapshotError(`"${name}" holds rows without a key. Leave them out, or give them one.`),
    )
  })
})

test.for([
  ['A row came twice', [count('east', 'equal'), count('west', 'equal'), count('west', 'equal')]],
  ['2 missing counted at "west", and 0 came', [count('east', 'equal'), count('west', 'missing')]],
  ['Not as many keys are counted at every warehouse', [count('east', 'equal'), count('west', 'equal', { keys: '3' })]],
  ['Not as many keys are counted at every warehouse', [count('east', 'equal')]],
] as const)('an answer that is not whole is refused: %s', ([what, rows]) => {
  expect(() => checked(...rows)).toThrow(new SnapshotError(`${what}. Read all of the result, and each page once.`))
})
