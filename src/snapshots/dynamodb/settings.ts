import { checkClock, checkedClient, checkedTableName, givenOptions, shown } from '../../aws/dynamodb/check-options.ts'
import { checkedReadCapacity, checkedSegments } from '../../aws/dynamodb/check-scan-options.ts'
import { callThrough } from '../../aws/dynamodb/client.ts'
import type { TableReader } from '../../aws/dynamodb/reader.ts'
import { positionOf, type ScanPosition } from '../../aws/dynamodb/scan-position.ts'
import type { GivenOptions } from '../../core/given-options.ts'
import { ConfigError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../system-clock.ts'
import type { DynamoDbSnapshotOptions } from '../dynamodb.ts'
import { checkedProjection, projectionInput } from './projection.ts'

/** What {@link DynamoDbSnapshotOptions} come to, checked. */
export interface DynamoDbSnapshotSettings {
  readonly reader: TableReader
  readonly clock: Clock
  readonly segments: number
  readonly unitsPerSecond: number | undefined
  /** What each request says besides table, segment and position. */
  readonly input: object
  /** What a position is one in. */
  readonly source: string
  readonly from: ScanPosition | undefined
  readonly onProgress: DynamoDbSnapshotOptions['onProgress']
}

const known = [
  ...['tableName', 'client', 'segments', 'readCapacityPerSecond', 'consistentRead', 'indexName'],
  ...['projection', 'key', 'onProgress', 'resumeFrom', 'clock'],
]
const defaultSegments = 4

export function settingsOf(options: DynamoDbSnapshotOptions): DynamoDbSnapshotSettings {
  const given = givenOptions('dynamoDbSnapshot', options, known)
  const { tableName, region } = checkedTableName(given['tableName'])
  const call = callThrough(checkedClient(given['client']), region)
  checkClock(given['clock'])
  const clock = options.clock ?? systemClock
  const index = checkedIndexName(given)
  const source = index === undefined ? tableName : `${tableName}/index/${index}`
  const from = given['resumeFrom'] === undefined ? undefined : positionOf(given['resumeFrom'], source)
  return {
    reader: { tableName, call, now: clock.now, sleep: clock.sleep, random: Math.random },
    clock,
    segments: segmentsOf(given, from),
    unitsPerSecond: checkedReadCapacity(given['readCapacityPerSecond']),
    input: {
      ConsistentRead: checkedConsistentRead(given, index),
      ...(index !== undefined && { IndexName: index }),
      ...projectionInput(checkedProjection(given)),
    },
    source,
    from,
    onProgress: checkedOnProgress(options),
  }
}

function segmentsOf({ segments }: GivenOptions, from: ScanPosition | undefined): number {
  const asked = checkedSegments(segments, from?.segments.length ?? defaultSegments)
  if (!from || from.segments.length === asked) return asked
  throw new ConfigError(
    'segments',
    `${asked} are other ones than the ${from.segments.length} of resumeFrom. Leave it out to go on with those.`,
  )
}

function checkedIndexName({ indexName }: GivenOptions): string | undefined {
  if (indexName === undefined) return undefined
  if (typeof indexName === 'string' && /^[\w.-]{3,255}$/.test(indexName)) return indexName
  throw new ConfigError('indexName', `${shown(indexName)} is no index's name. Leave it out to read the table.`)
}

/** A global secondary index has no strongly consistent reads. */
function checkedConsistentRead({ consistentRead }: GivenOptions, index: string | undefined): boolean {
  if (consistentRead === undefined) return index === undefined
  if (typeof consistentRead === 'boolean') return consistentRead
  throw new ConfigError('consistentRead', `${shown(consistentRead)} is neither true nor false.`)
}

function checkedOnProgress({ onProgress }: DynamoDbSnapshotOptions): DynamoDbSnapshotOptions['onProgress'] {
  const given: unknown = onProgress
  if (given === undefined || typeof given === 'function') return onProgress
  throw new ConfigError('onProgress', `${shown(given)} is no function. Give one, or leave it out.`)
}
