import { describe, expect, test } from 'vitest'
import { TargetRejectedError, TargetUnavailableError } from '../../../src/errors.ts'
import { isAboutSchema, isAnswered, serverError, unavailable } from '../../../src/postgres/server-error.ts'
import { serverFault } from '../../support/fake-postgres.ts'

describe('an error of PostgreSQL', () => {
  test.for([
    ...['22P02', '22003', '22001', '22021', '22P05', '23502', '23503', '23505', '23514', '23P01'],
    ...['21000', '44000', '54000', '54001', 'P0001'],
  ])('%s is the rows’ fault: rejected', (code) => {
    expect(serverError(serverFault(code))).toMatchObject({ code: 'TARGET_REJECTED' })
    expect(unavailable(serverFault(code))).toMatchObject({ code: 'TARGET_UNAVAILABLE' }) // of a read
  })

  test.for([
    ...['08006', '08P01', '25006', '25P03', '28000', '28P01', '3D000', '3F000', '40001', '40P01', '42501', '42703'],
    ...['42P01', '42P10', '53300', '53200', '55P03', '57014', '57P01', '57P03', '58030', '0A000', 'XX000', 'F0000'],
  ])('%s passes, or a deployment heals it: unavailable', (code) => {
    expect(serverError(serverFault(code))).toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      message: expect.stringContaining(code) as string,
    })
  })

  test.for<readonly [said: string, error: unknown]>([
    ['ECONNREFUSED', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['EPIPE', Object.assign(new Error('write'), { code: 'EPIPE' })], // looks like a SQLSTATE, and is none
    ['Error', new Error('timeout exceeded when trying to connect')],
    ['no error', undefined],
    ['no error', 'nonsense'],
  ])('of the network is unavailable, and named %s', ([said, error]) => {
    expect(serverError(error)).toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      message: `PostgreSQL could not be reached (${said}). It may pass.`,
    })
  })

  test('names SQLSTATE, constraint and column, and never a value', () => {
    const error = serverError(
      serverFault('23505', { constraint: 'stock_pkey', column: 'sku', detail: '(sku)=(secret)' }),
    )
    expect(error.message).toBe(
      'PostgreSQL refused the rows (23505, constraint "stock_pkey", column "sku"). The table\'s constraints do not allow this row.',
    )
    expect(error.cause).toBeUndefined()
  })

  test('that is one of the library’s own stays as it is', () => {
    for (const error of [new TargetRejectedError('no'), new TargetUnavailableError('later')]) {
      expect(serverError(error)).toBe(error)
      expect(unavailable(error)).toBe(error)
    }
  })

  test('leaves the connection usable only where the server answered', () => {
    expect(isAnswered(serverFault('23505'))).toBe(true)
    expect(isAnswered(serverFault('57014'))).toBe(true)
    for (const error of [
      serverFault('57P01', { severity: 'FATAL' }),
      serverFault('57P01'),
      serverFault('08006'),
      serverFault('XX000', { severity: 'PANIC' }),
      serverFault('EPIPE'),
      new TargetUnavailableError('time'),
      undefined,
    ])
      expect(isAnswered(error)).toBe(false)
  })

  test('may say that the table is another than it was', () => {
    expect(isAboutSchema(serverFault('42703'))).toBe(true)
    expect(isAboutSchema(serverFault('23505'))).toBe(false)
  })
})
