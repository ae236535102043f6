import { expect, test } from 'vitest'
import { DecodeError, TargetRejectedError } from '../../../src/errors.ts'
import { asDecodeError } from '../../../src/runtime/as-decode-error.ts'

/** An error as a second loaded copy of the package would throw it: its class is another one. */
function foreign(facts: object): Error {
  const brand = Symbol.for('dynamodb-stream-sync.error')
  return Object.assign(new Error('The row is none.'), { code: 'RECORD_UNDECODABLE', [brand]: true, ...facts })
}

test('a DecodeError stays itself', () => {
  const error = new DecodeError('The row is none.')
  expect(asDecodeError(error)).toBe(error)
})

test.each([new Error('secret'), new TargetRejectedError('secret'), 'secret', undefined])(
  '%o becomes one that keeps what was thrown as its cause, and out of its message',
  (thrown) => {
    const error = asDecodeError(thrown)
    expect(error).toBeInstanceOf(DecodeError)
    expect(error).toMatchObject({ code: 'RECORD_UNDECODABLE', issues: [] })
    expect(error.cause).toBe(thrown)
    expect(error.message).not.toContain('secret')
  },
)

test.each([
  ['all that it found', [{ path: 'quantity', message: 'is a text' }], [{ path: 'quantity', message: 'is a text' }]],
  ['no issue that is none', [{ path: 1, message: '' }, { path: '', message: 1 }, null, 'sku', {}], []],
  ['no issues where it has no list', 'sku', []],
  ['no issues where it has none', undefined, []],
])('one of another copy is told again with %s', (_, issues, expected) => {
  const thrown = foreign(issues === undefined ? {} : { issues })
  const error = asDecodeError(thrown)
  expect(error).toBeInstanceOf(DecodeError)
  expect([error.message, error.issues]).toEqual(['The row is none.', expected])
  expect(error.cause).toBe(thrown)
})
