import { S3Client } from '@aws-sdk/client-s3'
import { ConfigError } from '../../errors.ts'
import { dynamoDbExportSnapshot, type DynamoDbExportOptions } from '../../snapshots/dynamodb-export.ts'
import type { OpenPlace } from '../open-place.ts'
import type { PlaceUrl } from '../place-url.ts'

/**
 * `dynamodb-export://bucket/prefix?table=stock`: the newest finished export below the prefix. One export is named by its
 * folder, `…/AWSDynamoDB/01700000000000-a1b2c3d4`, and one on disk as `dynamodb-export:/folder?table=stock`.
 */
export function openExport(place: PlaceUrl): OpenPlace {
  const { table } = place.query
  if (table === undefined || table === '')
    throw new ConfigError(place.option, 'does not say which table was exported. Give it as ?table=stock.')
  const client = place.url.host === '' ? undefined : clientOf(place)
  const options: DynamoDbExportOptions = { tableName: table, ...whereOf(place, client) }
  dynamoDbExportSnapshot(options) // refuses options that cannot work
  return {
    snapshot: () => dynamoDbExportSnapshot(options),
    isLive: false,
    close: async () => client?.destroy(),
  }
}

const ofOneExport = /^(.*AWSDynamoDB\/[0-9]+-[0-9a-z]+)(?:\/manifest-summary\.json)?\/?$/

function whereOf({ url }: PlaceUrl, client: S3Client | undefined) {
  const path = decodeURIComponent(url.pathname)
  if (!client) return { folder: path }
  const key = path.slice(1)
  const [, folder] = ofOneExport.exec(key) ?? []
  if (folder !== undefined) return { bucket: url.host, client, manifest: `${folder}/manifest-summary.json` }
  return { bucket: url.host, client, ...(key !== '' && { prefix: key }) }
}

function clientOf({ query: { region, endpoint } }: PlaceUrl): S3Client {
  return new S3Client({
    ...(region === undefined ? { followRegionRedirects: true } : { region }),
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  })
}
