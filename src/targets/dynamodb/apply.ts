import { serviceError } from '../../aws/dynamodb/service-error.ts'
import { errorName } from '../../aws/error-name.ts'
import type { Change } from '../../core/change.ts'
import { marshalImage, type AttributeMap } from '../../core/marshal.ts'
import { isRecord } from '../../core/objects.ts'
import { compareVersions, isVersion } from '../../core/version.ts'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'
import type { ApplyResult } from '../../ports/target.ts'
import { targetKey } from './key.ts'
import { rowOf } from './row.ts'
import type { DynamoDbSettings } from './settings.ts'

/** Writes the change's row unless the table holds one that is not older. */
export async function applyChange(
  change: Change<unknown>,
  settings: DynamoDbSettings,
  signal: AbortSignal,
): Promise<ApplyResult> {
  const { reader, versionAttribute } = settings
  const input = {
    TableName: reader.tableName,
    Item: rowOf(change, settings),
    ConditionExpression: 'attribute_not_exists(#version) OR #version < :version',
    ExpressionAttributeNames: { '#version': versionAttribute },
    ExpressionAttributeValues: { ':version': { S: change.version } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
  if (signal.aborted) throw new TargetUnavailableError('The time was up before the row was sent to DynamoDB.')
  try {
    await settings.call('PutItem', input, signal)
    return 'applied'
  } catch (error) {
    if (errorName(error) !== 'ConditionalCheckFailedException') throw serviceError(error, signal)
    const told = isRecord(error) ? error['Item'] : undefined
    return judge(isRecord(told) ? told : await heldRow(change, settings, signal), change, settings)
  }
}

/** For a server or a client that does not tell which row stood in the way. */
async function heldRow(change: Change<unknown>, settings: DynamoDbSettings, signal: AbortSignal): Promise<unknown> {
  const { reader, versionAttribute } = settings
  const input = {
    TableName: reader.tableName,
    Key: marshalImage(targetKey(change, settings)),
    ConsistentRead: true,
    ProjectionExpression: '#version',
    ExpressionAttributeNames: { '#version': versionAttribute },
  }
  try {
    const answer = await settings.call('GetItem', input, signal)
    return isRecord(answer) ? answer['Item'] : undefined
  } catch (error) {
    throw serviceError(error, signal)
  }
}

function judge(row: unknown, { version }: Change<unknown>, { versionAttribute }: DynamoDbSettings): ApplyResult {
  const attribute = isRecord(row) ? (row as AttributeMap)[versionAttribute] : undefined
  if (attribute === undefined)
    throw new TargetUnavailableError('The row that stood in the way was gone when it was looked at. Try again.')
  const held = attribute['S']
  if (typeof held !== 'string' || !isVersion(held))
    throw new TargetRejectedError(
      `The table's row has an attribute "${versionAttribute}" that holds no version. Set the option versionAttribute.`,
    )
  const order = compareVersions(held, version)
  if (order < 0) throw new TargetUnavailableError('The row that stood in the way was replaced meanwhile. Try again.')
  return order === 0 ? 'unchanged' : 'stale'
}
