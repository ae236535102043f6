import { describe, expect, test } from 'vitest'
import { SnapshotError, TargetUnavailableError } from 'dynamodb-stream-sync'
import { explained } from '../../../src/cli/explain.ts'

const system = Object.assign(new Error("ENOENT: no such file or directory, open 'stock.csv'"), { code: 'ENOENT' })
const service = Object.assign(new Error('The security token is expired.\nSign in.'), { name: 'ExpiredTokenException' })

describe('an error for a person', () => {
  test.each<readonly [string, unknown, string]>([
    ['in its own words', new SnapshotError('stock.csv, line 3 holds no JSON.'), 'stock.csv, line 3 holds no JSON.'],
    [
      'with what caused it',
      new TargetUnavailableError('DynamoDB failed.', { cause: service }),
      'DynamoDB failed. Because: ExpiredTokenException: The security token is expired. Sign in.',
    ],
    [
      'which is not said twice',
      new SnapshotError('stock.csv cannot be read (ENOENT).', { cause: system }),
      'stock.csv cannot be read (ENOENT).',
    ],
    ['by its name, where it has no words', new TypeError(''), 'TypeError'],
    ['that is none', { secret: 'hunter2' }, 'Something was thrown that is no error.'],
    ['that is a text', 'no luck', 'no luck'],
    ['that a terminal would obey', new Error('\x1b[2Jgone'), '\\x1b[2Jgone'],
  ])('%s', (_, error, words) => {
    expect(explained(error)).toBe(words)
  })

  test('is short, and ends though it causes itself', () => {
    const circular = new Error('a')
    circular.cause = circular
    expect(explained(circular)).toBe('a')
    expect(explained(new Error('long '.repeat(1_000))).length).toBe(500)
  })
})
