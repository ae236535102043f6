import { checkClock, checkedTableName, givenOptions, shown } from '../../aws/dynamodb/check-options.ts'
import type { GivenOptions } from '../../core/given-options.ts'
import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../system-clock.ts'
import type { DynamoDbExportOptions } from '../dynamodb-export.ts'
import { checkedMilliseconds, checkedNumber } from './check-numbers.ts'
import { checkedStart } from './check-start.ts'
import { s3CallThrough, type S3ClientLike } from './s3-client.ts'
import type { S3Reading } from './s3-store.ts'
import type { ExportStart } from './started-export.ts'

/** What {@link DynamoDbExportOptions} come to, checked. */
export interface ExportSettings {
  readonly tableName: string
  readonly region: string | undefined
  readonly clock: Clock
  readonly maxLineBytes: number
  readonly maxFileBytes: number
  readonly place: ExportPlace
}

type ExportPlace =
  | { readonly in: 'folder'; readonly folder: string }
  | {
      readonly in: 'bucket'
      readonly reading: S3Reading
      readonly prefix: string
      readonly manifest: string | undefined
      readonly start: ExportStart | undefined
    }

const ofBuckets = ['manifest', 'prefix', 'start', 'client', 'timeoutMs']
const known = ['tableName', 'folder', 'bucket', ...ofBuckets, 'maxLineBytes', 'maxFileBytes', 'clock']

export function settingsOf(options: DynamoDbExportOptions): ExportSettings {
  const given = givenOptions('dynamoDbExportSnapshot', options, known, '{ tableName, bucket } or { tableName, folder }')
  checkClock(given['clock'])
  const clock = options.clock ?? systemClock
  return {
    ...checkedTableName(given['tableName']),
    clock,
    maxLineBytes: checkedNumber('maxLineBytes', given['maxLineBytes'], 16_777_216, 1_073_741_824),
    maxFileBytes: checkedNumber('maxFileBytes', given['maxFileBytes'], 34_359_738_368, Number.MAX_SAFE_INTEGER),
    place: placeOf(given, clock),
  }
}

function placeOf(given: GivenOptions, clock: Clock): ExportPlace {
  const { folder, bucket } = given
  if ((folder === undefined) === (bucket === undefined))
    throw new ConfigError('folder', 'or bucket says where the export lies. Give one of the two.')
  return folder === undefined ? bucketOf(given, clock) : folderOf(given)
}

function folderOf(given: GivenOptions): ExportPlace {
  const { folder } = given
  if (typeof folder !== 'string' || folder === '' || folder.includes('\0'))
    throw new ConfigError('folder', `${shown(folder)} is no path. Give the folder of the export's manifests.`)
  const other = ofBuckets.find((name) => given[name] !== undefined)
  if (other !== undefined) throw new ConfigError(other, 'belongs to a bucket, and a folder is read. Leave it out.')
  return { in: 'folder', folder }
}

function bucketOf(given: GivenOptions, clock: Clock): ExportPlace {
  const { bucket, manifest, prefix, start } = given
  if (typeof bucket !== 'string' || !/^[\w.:/-]{3,255}$/.test(bucket))
    throw new ConfigError('bucket', `${shown(bucket)} is no bucket's name. Give it without s3://.`)
  const other = prefix !== undefined ? 'prefix' : 'start'
  if (manifest !== undefined && given[other] !== undefined)
    throw new ConfigError(other, 'is of no use with manifest, which names an export. Give one of the two.')
  const call = s3CallThrough(checkedClient(given['client']))
  const timeoutMs = checkedMilliseconds('timeoutMs', given['timeoutMs'], 30_000)
  const home = checkedPrefix(prefix)
  return {
    in: 'bucket',
    reading: { call, bucket, timeoutMs, clock, random: Math.random },
    prefix: home,
    manifest: checkedManifest(manifest),
    start: start === undefined ? undefined : checkedStart(start, bucket, home),
  }
}

function checkedClient(value: unknown): S3ClientLike | undefined {
  if (value === undefined || (isObject(value) && typeof value['send'] === 'function'))
    return value as S3ClientLike | undefined // just seen to have its one member
  throw new ConfigError('client', `${shown(value)} has no method send. Give an S3Client of @aws-sdk/client-s3.`)
}

function checkedManifest(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^(?!\/|s3:).*\/manifest-summary\.json$/s.test(value)) return value
  throw new ConfigError(
    'manifest',
    `${shown(value)} is no key of a summary manifest. Give one such as AWSDynamoDB/01700000000000-a1b2c3d4/manifest-summary.json.`,
  )
}

/** Without slashes at its end. */
function checkedPrefix(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string' && value.length <= 1_024 && !/^(?:\/|s3:)/.test(value))
    return value.replace(/\/{1,9}$/, '')
  throw new ConfigError('prefix', `${shown(value)} is no prefix. Give what the export was given as S3Prefix.`)
}
