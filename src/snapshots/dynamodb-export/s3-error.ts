import { errorName } from '../../aws/error-name.ts'
import { isRecord } from '../../core/objects.ts'
import { isSyncError, SnapshotError, TargetUnavailableError } from '../../errors.ts'

/** Whether S3 says that there is no such object. */
export function isMissing(error: unknown): boolean {
  const name = errorName(error)
  return name === 'NoSuchKey' || name === 'NotFound'
}

/**
 * What an error of an S3 client means. The client's error does not come along: its `$response` holds the signed request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function s3Error(error: unknown, shown: string): Error {
  if (isSyncError(error)) return error
  const name = errorName(error)
  const final = finals[name]
  if (final !== undefined) return new SnapshotError(`${shown} ${final}`)
  const remedy = remedies.find(([start]) => name.startsWith(start))?.[1] ?? 'It may pass.'
  const status = isRecord(error) && isRecord(error['$metadata']) ? error['$metadata']['httpStatusCode'] : undefined
  const told = typeof status === 'number' && name === 'Error' ? `HTTP ${status}` : name
  return new TargetUnavailableError(`S3 did not give ${shown} (${told}). ${remedy}`)
}

/** Nothing that passes. */
const finals: Readonly<Record<string, string>> = {
  PreconditionFailed: 'was replaced while it was read. Read the export again.',
  InvalidObjectState: 'is archived. Restore it first.',
  InvalidRange: 'became shorter while it was read. Read the export again.',
}

const remedies: readonly (readonly [start: string, remedy: string])[] = [
  ['NoSuchBucket', 'There is no such bucket. Check bucket and region.'],
  [
    'AccessDenied',
    'Allow the role s3:GetObject and s3:ListBucket, and the key of an encrypted bucket; or it is not there.',
  ],
  ['PermanentRedirect', 'The bucket is in another region: give a client of that region.'],
  ['CredentialsProviderError', 'Give the process credentials.'],
  ['ExpiredToken', 'Give the process new credentials.'],
  ['InvalidAccessKeyId', 'Check the credentials.'],
]
