import { isObject } from '../../core/objects.ts'
import type { StreamRecord } from '../../core/stream-record.ts'
import { canonicalText } from '../../core/canonical.ts'

/**
 * A record as the SDK reads it from a stream, in the JSON that Lambda makes of it: binaries as base64, the creation time
 * in whole seconds, `userIdentity` in lower case, the ARN, region and version filled in where they are missing. A record
 * that is in that form already comes out equal.
 */
export function normaliseRecord(record: object, streamArn?: string): StreamRecord {
  const given = record as SdkRecord // every property is checked or copied as it is
  const { dynamodb, userIdentity, ...rest } = given
  return {
    ...rest,
    ...(streamArn !== undefined && {
      eventSourceARN: given.eventSourceARN ?? streamArn,
      eventSource: given.eventSource ?? 'aws:dynamodb',
      eventVersion: given.eventVersion ?? '1.1',
      awsRegion: given.awsRegion ?? streamArn.split(':')[3],
    }),
    ...(dynamodb !== undefined && { dynamodb: isObject(dynamodb) ? normaliseChange(dynamodb) : dynamodb }),
    ...(userIdentity !== undefined && { userIdentity: normaliseIdentity(userIdentity) }),
  }
}

/** Whether a record changes nothing. DynamoDB writes none for such a write; dynoxide does. */
export function isWithoutEffect(record: StreamRecord): boolean {
  const { NewImage, OldImage } = record.dynamodb ?? {}
  if (record.eventName !== 'MODIFY' || NewImage === undefined || OldImage === undefined) return false
  return canonicalText(withSortedSets(NewImage)) === canonicalText(withSortedSets(OldImage))
}

interface SdkRecord extends Omit<StreamRecord, 'dynamodb'> {
  readonly eventSource?: string
  readonly eventVersion?: string
  readonly awsRegion?: string
  readonly dynamodb?: Readonly<Record<string, unknown>>
}

function normaliseChange(change: Readonly<Record<string, unknown>>): NonNullable<StreamRecord['dynamodb']> {
  const created = change['ApproximateCreationDateTime']
  return {
    ...mapBinaries(change),
    ...(created instanceof Date && { ApproximateCreationDateTime: Math.floor(created.getTime() / 1000) }),
  }
}

function mapBinaries(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBase64(member)]))
}

function withBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(withBase64)
  return isObject(value) && !(value instanceof Date) ? mapBinaries(value) : value
}

/** The SDK's names differ from those of Lambda's event only here. */
function normaliseIdentity(identity: unknown): unknown {
  if (!isObject(identity)) return identity
  const { Type, PrincipalId, ...rest } = identity as { readonly Type?: unknown; readonly PrincipalId?: unknown }
  return {
    ...rest,
    ...(Type !== undefined && { type: Type }),
    ...(PrincipalId !== undefined && { principalId: PrincipalId }),
  }
}

/** Members of a set come in any order. */
function withSortedSets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedSets)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      /^[SNB]S$/.test(name) && isTextList(member) ? [...member].sort() : withSortedSets(member),
    ]),
  )
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string')
}
