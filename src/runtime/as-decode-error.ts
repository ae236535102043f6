import { DecodeError, isSyncError } from '../errors.ts'

/** A thrown value as a DecodeError: poison, whatever a schema or filter threw. */
export function asDecodeError(error: unknown): DecodeError {
  if (isSyncError(error, 'RECORD_UNDECODABLE'))
    return error instanceof DecodeError ? error : new DecodeError(error.message, { cause: error })
  return new DecodeError('The record cannot be read.', { cause: error })
}
