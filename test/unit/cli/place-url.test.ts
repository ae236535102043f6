import { describe, expect, test } from 'vitest'
import { placeUrl } from '../../../src/cli/place-url.ts'
import { secretsIn, withoutSecrets } from '../../../src/cli/secrets.ts'

const place = (text: string) => placeUrl('--warehouse east', text)

test.each([
  ['dynamodb://Stock_1.live?region=eu-west-1&endpoint=http://localhost:8000', 'dynamodb', 'dynamodb://Stock_1.live'],
  ['dynamodb-export://bucket/AWSDynamoDB/01', 'export', 'dynamodb-export://bucket/AWSDynamoDB/01'],
  ['s3://bucket/AWSDynamoDB/01', 'export', 's3://bucket/AWSDynamoDB/01'],
  ['postgres://me:secret@host:5432/db?table=stock', 'postgres', 'postgres://host:5432/db'],
  ['postgresql:///db?table=stock&schema=lyon', 'postgres', 'postgresql:///db'],
  ['https://user:secret@host/stock?token=secret', 'http', 'https://host/stock'],
  ['file:stock.csv', 'csv', 'stock.csv'],
  ['file:./data/stock.CSV.gz', 'csv', './data/stock.CSV.gz'],
  ['file:../stock.ndjson', 'ndjson', '../stock.ndjson'],
  ['file:///data/stock.jsonl.gz', 'ndjson', '/data/stock.jsonl.gz'],
  ['file:/data/stock.parquet', 'parquet', '/data/stock.parquet'],
  ['file://localhost/data/a%20b.csv', 'csv', '/data/a b.csv'],
  ['file:50%.csv', 'csv', '50%.csv'],
])('%s is of kind %s, and shown as %s', (text, kind, shown) => {
  expect(place(text)).toMatchObject({ kind, shown })
})

describe('what names no place is refused', () => {
  test.each([
    ['stock.csv', '--warehouse east: is no URL. Give one such as dynamodb://stock'],
    ['', '--warehouse east: is no URL.'],
    ['ftp://host/stock.csv', '--warehouse east: has the scheme "ftp:", which is none here.'],
    ['dynamdb://stock', 'Was dynamodb:// meant?'],
    ['file:stock.xlsx', '--warehouse east: is a file of an unknown kind. Its name must end in .csv'],
    ['file:stock.gz', 'is a file of an unknown kind'],
    [
      'dynamodb://stock?regoin=eu-west-1',
      '--warehouse east: has the parameter "regoin", which is none here. Was region meant?',
    ],
    ['postgres://host/db?password=secret', 'has the parameter "password", which is none here. Known are table'],
  ])('%s', (text, message) => {
    expect(() => place(text)).toThrow(message)
  })

  test('without a word of what may be secret in it', () => {
    for (const text of [
      'postgres://me:hunter2@host:x/db',
      'https://me:hunter2@ho st/',
      'ftp://me:hunter2@host',
      'postgres://me:hunter2@h/d?x=hunter2',
    ]) {
      let message = ''
      try {
        place(text)
      } catch (error) {
        message = String(error)
      }
      expect(message).toContain('--warehouse east')
      expect(message).not.toContain('hunter2')
    }
  })
})

describe('secrets of a command', () => {
  test.each([
    [
      ['--source', 'postgres://me:p%40ss@host/db?table=t'],
      ['p%40ss', 'p@ss'],
    ],
    [['--warehouse', 'east=https://host/path?token=abc&x=1'], ['token=abc&x=1']],
    [['--warehouse=east=https://u:pw@host/'], ['pw']],
    [['--source', 'dynamodb://stock?region=eu'], []],
    [['--source', 'file:a.csv'], []],
  ])('%j', (args, secrets) => {
    expect([...new Set(secretsIn(args))]).toEqual(secrets)
  })

  test('are not told', () => {
    expect(withoutSecrets('connect to postgres://me:p%40ss@host failed for p@ss', ['p%40ss', 'p@ss'])).toBe(
      'connect to postgres://me:***@host failed for ***',
    )
  })
})
