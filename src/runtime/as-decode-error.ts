import { isObject } from '../core/objects.ts'
import { DecodeError, isSyncError, type SchemaIssue } from '../errors.ts'

/** A thrown value as a DecodeError: poison, whatever a schema or filter threw. */
export function asDecodeError(error: unknown): DecodeError {
  if (!isSyncError(error, 'RECORD_UNDECODABLE')) return new DecodeError('The record cannot be read.', { cause: error })
  if (error instanceof DecodeError) return error
  return new DecodeError(error.message, { cause: error, issues: issuesOf(error) }) // of a second loaded copy
}

function issuesOf(error: object): readonly SchemaIssue[] {
  const issues: unknown = 'issues' in error ? error.issues : undefined
  return Array.isArray(issues) ? issues.filter(isIssue) : []
}

function isIssue(value: unknown): value is SchemaIssue {
  return isObject(value) && typeof value['path'] === 'string' && typeof value['message'] === 'string'
}
