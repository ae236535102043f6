import { checkedClient, givenOptions, shown } from '../../aws/dynamodb/check-options.ts'
import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import { checkedMilliseconds } from './check-numbers.ts'
import type { ExportStart } from './started-export.ts'

const times = ['exportTime', 'incremental']
const known = ['client', ...times, 'bucketOwner', 'kmsKeyId', 'pollMs', 'timeLimitMs', 'onStarted']

/** @throws ConfigError for what starts no export. */
export function checkedStart(value: unknown, bucket: string, prefix: string): ExportStart {
  const given = givenOptions('start', value === true ? {} : value, known, 'true')
  const { bucketOwner, kmsKeyId, onStarted } = given
  if (onStarted !== undefined && typeof onStarted !== 'function')
    throw new ConfigError('start.onStarted', `${shown(onStarted)} is no function. Give one, or leave it out.`)
  return {
    client: checkedClient(given['client']),
    input: {
      S3Bucket: bucket,
      ...(prefix !== '' && { S3Prefix: prefix }),
      ...textIn('bucketOwner', 'S3BucketOwner', bucketOwner),
      ...(kmsKeyId !== undefined && { S3SseAlgorithm: 'KMS' }),
      ...textIn('kmsKeyId', 'S3SseKmsKeyId', kmsKeyId),
      ExportFormat: 'DYNAMODB_JSON',
      ...timesIn(given),
    },
    pollMs: checkedMilliseconds('start.pollMs', given['pollMs'], 15_000),
    timeLimitMs: checkedMilliseconds('start.timeLimitMs', given['timeLimitMs'], 3_600_000),
    onStarted: onStarted as ExportStart['onStarted'], // just seen to be a function, or none
  }
}

function timesIn({ exportTime, incremental }: Readonly<Record<string, unknown>>): object {
  if (incremental === undefined)
    return exportTime === undefined ? {} : { ExportTime: checkedTime('start.exportTime', exportTime) }
  if (exportTime !== undefined)
    throw new ConfigError('start.exportTime', 'is the time of a full export. Leave it out, or incremental.')
  if (!isRecord(incremental))
    throw new ConfigError('start.incremental', `${shown(incremental)} is no span of time. Give { from, to }.`)
  const { from, to } = incremental
  return {
    ExportType: 'INCREMENTAL_EXPORT',
    IncrementalExportSpecification: {
      ExportFromTime: checkedTime('start.incremental.from', from),
      ...(to !== undefined && { ExportToTime: checkedTime('start.incremental.to', to) }),
      ExportViewType: 'NEW_IMAGE',
    },
  }
}

function checkedTime(option: string, value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value
  throw new ConfigError(option, `${shown(value)} is no Date. Give one.`)
}

function textIn(option: string, name: string, value: unknown): object {
  if (value === undefined) return {}
  if (typeof value === 'string' && value !== '') return { [name]: value }
  throw new ConfigError(`start.${option}`, `${shown(value)} is no text. Leave it out for none.`)
}
