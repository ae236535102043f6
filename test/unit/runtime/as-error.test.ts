import { DecodeError, TargetRejectedError, TargetUnavailableError } from 'dynamodb-stream-sync'
import { describe, expect, test } from 'vitest'
import { asDecodeError } from '../../../src/runtime/as-decode-error.ts'
import { asSyncError } from '../../../src/runtime/attempts.ts'

describe('whatever a place throws, as one of our errors', () => {
  test.each([new TargetRejectedError('no'), new TargetUnavailableError('down')])('%s stays itself', (error) => {
    expect(asSyncError('west', error)).toBe(error)
  })

  const unreadable = new Proxy(() => undefined, {
    getPrototypeOf: () => {
      throw new Error('hostile')
    },
  })
  test.for<readonly [unknown, string]>([
    [new TypeError('secret'), 'TypeError'],
    [Object.assign(new Error('secret'), { code: 'ECONNRESET' }), 'Error, ECONNRESET'],
    [Object.assign(new Error('secret'), { code: 7 }), 'Error'],
    [new DecodeError('secret'), 'DecodeError, RECORD_UNDECODABLE'],
    ['secret', 'string'],
    [undefined, 'undefined'],
    [{ code: 'secret' }, 'object'],
    [unreadable, 'function'],
  ])('%s is unavailable, told by its kind (%#)', ([thrown, kind]) => {
    const error = asSyncError('west', thrown)
    expect(error.code).toBe('TARGET_UNAVAILABLE')
    expect(error.cause === thrown).toBe(true) // not shown: one of them throws where it is looked at
    expect(error.message).toBe(`"west" threw an unknown error (${kind}).`)
  })
})

describe('whatever a schema or filter throws, as a DecodeError', () => {
  test('our own stays itself', () => {
    const own = new DecodeError('The image is odd.')
    expect(asDecodeError(own)).toBe(own)
  })

  test('anything else is its cause', () => {
    const thrown = new Error('secret')
    expect(asDecodeError(thrown)).toMatchObject({ message: 'The record cannot be read.', cause: thrown })
  })

  test('that of another copy of the package keeps its words and what of its issues are some', () => {
    class Foreign extends Error {
      code = 'RECORD_UNDECODABLE'
      issues: unknown = [
        { path: 'quantity', message: 'no' },
        { path: 1, message: 'no' },
        { path: 'a', message: 2 },
        null,
      ]
    }
    const brand = Symbol.for('dynamodb-stream-sync.error')
    const foreign = Object.assign(new Foreign('The image is odd.'), { [brand]: true })
    const error = asDecodeError(foreign)
    expect(error).toBeInstanceOf(DecodeError)
    expect(error).toMatchObject({ message: 'The image is odd.', cause: foreign })
    expect(error.issues).toEqual([{ path: 'quantity', message: 'no' }])
    expect(asDecodeError(Object.assign(foreign, { issues: 'none' })).issues).toEqual([])
  })
})
