import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamoDbTable } from '../../tables/dynamodb.ts'
import type { OpenPlace } from '../open-place.ts'
import type { PlaceUrl } from '../place-url.ts'

/** `dynamodb://table?region=…&endpoint=…`, or a table's ARN: `dynamodb:arn:aws:dynamodb:…`. */
export function openDynamoDb({ url, query: { region, endpoint } }: PlaceUrl): OpenPlace {
  const tableName = url.host === '' ? url.pathname : url.host
  const client = new DynamoDBClient({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  })
  const table = dynamoDbTable({ tableName, client })
  return {
    ...table,
    isLive: true,
    // Up to six hours old: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    rowCount: async (abortSignal) => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }), { abortSignal })
      return Table?.ItemCount
    },
    close: async () => client.destroy(),
  }
}
