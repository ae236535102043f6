import { describe, expect, test } from 'vitest'
import { commandOf } from '../../../src/cli/arguments.ts'

const places = ['--source', 'dynamodb://stock', '--warehouse', 'east=file:east.csv']
const command = (...args: readonly string[]) => commandOf(['reconcile', ...args])

test('the least that a command needs: a source and a warehouse', () => {
  const read = command(...places)
  expect(read).toMatchObject({
    ...{ does: 'reconcile', apply: false, json: false, progress: true },
    asked: {
      source: { kind: 'dynamodb', shown: 'dynamodb://stock' },
      key: [{ name: 'sku', isNumber: false }],
      fields: ['quantity'],
    },
  })
  expect(read).toMatchObject({ asked: { warehouses: new Map([['east', expect.objectContaining({ kind: 'csv' })]]) } })
})

test('everything at once', () => {
  const read = command(
    ...places,
    ...[
      '--warehouse',
      'west=postgres://me:secret@host/db?table=stock',
      '--key',
      'site,slot:number',
      '--fields',
      'quantity, price',
    ],
    ...[
      '--settle-ms',
      '0',
      '--resume-from',
      'SKU-1',
      '--jsonl',
      'all.jsonl',
      '--html=page.html',
      '--json',
      '--no-progress',
    ],
  )
  expect(read).toMatchObject({
    ...{ settleMs: 0, resumeFrom: 'SKU-1', jsonl: 'all.jsonl', html: 'page.html', json: true, progress: false },
    asked: {
      key: [
        { name: 'site', isNumber: false },
        { name: 'slot', isNumber: true },
      ],
      fields: ['quantity', 'price'],
    },
  })
})

test('a config names the places; repairs are asked for by name', () => {
  expect(command('--config', 'stock.mjs', '--apply')).toMatchObject({ asked: { configFile: 'stock.mjs' }, apply: true })
  expect(command('--config', 'stock.mjs')).toMatchObject({ apply: false })
})

test.each([['--help'], ['-h'], ['reconcile', '--help', '--source', 'nonsense']])('%s helps', (...args) => {
  expect(commandOf(args)).toEqual({ does: 'help' })
})

test('--version', () => {
  expect(commandOf(['--version'])).toEqual({ does: 'version' })
})

describe('what cannot be meant is refused, with the remedy', () => {
  test.each<readonly [readonly string[], string]>([
    [['--json'], 'command: is missing. The one there is: reconcile. See --help.'],
    [['compare'], 'compare: is no command. The one there is: reconcile. See --help.'],
    [['reconcile', 'now'], 'now: belongs to no option. See --help.'],
    [['reconcile', '--sauce', 'x'], '--sauce: is no option. Was --source meant?'],
    [['reconcile', '--frobnicate'], '--frobnicate: is no option. See --help.'],
    [['reconcile', '-x'], '-x: is no option. See --help.'],
    [
      ['reconcile', '--source'],
      '--source: needs a value. See --help. A value that starts with - is given as --option=-value.',
    ],
    [['reconcile', '--source', '--json'], '--source: needs a value. See --help.'],
    [['reconcile', '--json=yes'], '--json: takes no value. Leave it out.'],
    [['reconcile'], '--source: is missing. Give the source of truth, such as --source dynamodb://stock.'],
    [
      ['reconcile', '--source', 'dynamodb://stock'],
      '--warehouse: is missing. Give one, such as --warehouse east=file:east.csv.',
    ],
    [
      ['reconcile', ...places, '--apply'],
      '--apply: needs --config: repairs go through the targets that a reconcile config names.',
    ],
    [
      ['reconcile', ...places, '--config', 'x.mjs'],
      '--source: is what the module of --config says. Leave one of the two out.',
    ],
    [['reconcile', '--config', 'x.mjs', '--fields', 'a'], '--fields: is what the module of --config says.'],
    [['reconcile', '--config', ''], '--config: is empty. Give a file.'],
    [
      ['reconcile', ...places, '--json', '--html', '-'],
      '--html: and --json both want standard output. Give one of them a file.',
    ],
    [['reconcile', ...places, '--tolerance', '1', '--fields', 'a'], '--tolerance: judges quantities alone'],
    [['reconcile', ...places, '--tolerance', 'few'], '--tolerance: "few" is no number from 0 up.'],
    [['reconcile', ...places, '--tolerance=-1'], '--tolerance: "-1" is no number from 0 up.'],
    [['reconcile', ...places, '--settle-ms', '1.5'], '--settle-ms: "1.5" is no whole number from 0 up.'],
    [['reconcile', ...places, '--key', 'a,b,c'], '--key: has more than two attributes.'],
    [['reconcile', ...places, '--key', 'a,'], '--key: holds an empty name.'],
    [['reconcile', ...places, '--key', 'a,a:number'], '--key: holds a name twice.'],
    [['reconcile', ...places, '--fields', ''], '--fields: holds an empty name.'],
    [['reconcile', ...places, '--fields', 'a,a'], '--fields: holds a name twice.'],
    [
      ['reconcile', ...places, '--warehouse', 'file:west.csv'],
      '--warehouse: has no name. Give it one: --warehouse east=file:east.csv.',
    ],
    [['reconcile', ...places, '--warehouse', 'https://host/?a=b'], '--warehouse: has no name.'],
    [['reconcile', ...places, '--warehouse', 'east=file:b.csv'], '--warehouse: has the name "east", which is taken.'],
    [
      ['reconcile', ...places, '--warehouse', 'source=file:b.csv'],
      '--warehouse: has the name "source", which is taken.',
    ],
  ])('%j', (args, message) => {
    expect(() => commandOf(args)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error)
    expect(() => commandOf(args)).toThrow(message)
  })
})
