import { dynamoDbTarget } from 'dynamodb-stream-sync/targets/dynamodb'
import type { Stock } from '../../../item.ts'
import type { DynamoDbWarehouse } from '../../../lib/config/types.ts'

export async function dynamoDbWarehouse({ tableArn }: DynamoDbWarehouse) {
  return dynamoDbTarget<Stock>({ tableName: tableArn })
}
