import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ConfigError } from '../../errors.ts'
import { dynamoDbSnapshot } from '../../snapshots/dynamodb.ts'
import { dynamoDbTable } from '../../tables/dynamodb.ts'
import type { OpenFor, OpenPlace } from '../open-place.ts'
import type { PlaceUrl } from '../place-url.ts'

/**
 * `dynamodb://table?region=…&endpoint=…&segments=8&rcu=500&consistent=false`, or a table's ARN:
 * `dynamodb:arn:aws:dynamodb:…`. Only the key and what is compared is read.
 */
export function openDynamoDb(place: PlaceUrl, { key, fields }: OpenFor): OpenPlace {
  const { url, query } = place
  const tableName = url.host === '' ? url.pathname : url.host
  const client = clientOf(query)
  const table = dynamoDbTable({ tableName, client })
  const keyNames = key.map(({ name }) => name)
  const projection = [...new Set([...fields, 'quantity'])].filter((name) => !keyNames.includes(name))
  const options = { tableName, client, key: keyNames, projection, ...readingOf(place) }
  dynamoDbSnapshot(options) // refuses options that cannot work
  return {
    snapshot: () => dynamoDbSnapshot(options),
    read: table.read,
    isLive: true,
    // Up to six hours old: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    rowCount: async (abortSignal) => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }), { abortSignal })
      return Table?.ItemCount
    },
    close: async () => client.destroy(),
  }
}

function clientOf({ region, endpoint }: PlaceUrl['query']): DynamoDBClient {
  return new DynamoDBClient({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  })
}

function readingOf({ option, query: { segments, rcu, consistent } }: PlaceUrl) {
  if (consistent !== undefined && consistent !== 'true' && consistent !== 'false')
    throw new ConfigError(option, `has consistent=${consistent}. Use true or false.`)
  return {
    ...(segments !== undefined && { segments: Number(segments) }),
    ...(rcu !== undefined && { readCapacityPerSecond: Number(rcu) }),
    ...(consistent !== undefined && { consistentRead: consistent === 'true' }),
  }
}
