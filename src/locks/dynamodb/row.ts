import { decodeImage } from '../../core/attribute-value.ts'
import { isRecord } from '../../core/objects.ts'
import { isSyncError, TargetRejectedError } from '../../errors.ts'
import { called, isRefusal } from './call.ts'
import type { DynamoDbLockSettings } from './settings.ts'

/** What one's own row says. */
export interface LockRow {
  readonly name: string
  /** Of this lease. */
  readonly token: string
  /** Changes with each renewal. */
  readonly revision: string
  readonly leaseMs: number
}

/** What somebody's row says. */
export type HeldRow = Omit<LockRow, 'name'>

export interface Condition {
  readonly expression: string
  readonly names: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, object>>
}

/** A refused condition, as the client threw it. */
interface Refusal {
  readonly error: unknown
}

/** A row is deleted a day after nobody needs it any more: TTL works by wall clocks too. */
const dayMs = 86_400_000

export function ownToken({ token }: LockRow): Condition {
  return { expression: '#token = :token', names: { '#token': 'token' }, values: { ':token': { S: token } } }
}

/** Writes the row with an end that counts from now. Answers how it was refused; undefined: it was written. */
export async function putRow(
  settings: DynamoDbLockSettings,
  row: LockRow,
  condition: Condition,
): Promise<Refusal | undefined> {
  const { tableName, keyAttribute, ttlAttribute, owner, maxClockSkewMs, clock } = settings
  const expiresAt = Math.ceil(clock.now() + row.leaseMs) // from before the row is sent: its owner believes no longer in it
  const ttl = Math.ceil((expiresAt + maxClockSkewMs + dayMs) / 1_000)
  return conditional(settings, 'PutItem', {
    TableName: tableName,
    Item: {
      [keyAttribute]: { S: row.name },
      token: { S: row.token },
      revision: { S: row.revision },
      leaseMs: { N: String(row.leaseMs) },
      expiresAt: { N: String(expiresAt) },
      [ttlAttribute]: { N: String(ttl) },
      ...(owner !== undefined && { owner: { S: owner } }),
    },
    ...written(condition, keyAttribute),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  })
}

/** Deletes the row if it still is one's own. */
export async function deleteRow(settings: DynamoDbLockSettings, row: LockRow): Promise<void> {
  const { tableName, keyAttribute } = settings
  const input = { TableName: tableName, Key: { [keyAttribute]: { S: row.name } } }
  await conditional(settings, 'DeleteItem', { ...input, ...written(ownToken(row), keyAttribute) })
}

/**
 * The row that stood in the way; undefined: it is gone.
 *
 * @throws TargetRejectedError for a row that is no lock.
 */
export async function rowInTheWay(
  settings: DynamoDbLockSettings,
  name: string,
  { error }: Refusal,
): Promise<HeldRow | undefined> {
  const told = isRecord(error) ? error['Item'] : undefined
  const row = isRecord(told) ? told : await read(settings, name) // for a server or a client that does not tell
  if (row === undefined) return undefined
  const { token, revision, leaseMs } = decoded(row)
  if (typeof token === 'string' && typeof revision === 'string' && typeof leaseMs === 'number')
    return { token, revision, leaseMs }
  throw new TargetRejectedError('The table has a row of that name that is no lock. Give locks a table of their own.')
}

function decoded(row: object): Readonly<Record<string, unknown>> {
  try {
    return decodeImage(row)
  } catch (error) {
    if (isSyncError(error, 'RECORD_UNDECODABLE')) return {}
    throw error
  }
}

async function read(settings: DynamoDbLockSettings, name: string): Promise<object | undefined> {
  const { tableName, keyAttribute } = settings
  const input = { TableName: tableName, Key: { [keyAttribute]: { S: name } }, ConsistentRead: true }
  const answer = await called(settings, 'GetItem', input)
  const row = isRecord(answer) ? answer['Item'] : undefined
  return isRecord(row) ? row : undefined
}

function written({ expression, names, values }: Condition, keyAttribute: string): object {
  const usesKey = expression.includes('#key')
  return {
    ConditionExpression: expression,
    ExpressionAttributeNames: { ...names, ...(usesKey && { '#key': keyAttribute }) },
    ExpressionAttributeValues: values,
  }
}

async function conditional(
  settings: DynamoDbLockSettings,
  operation: 'PutItem' | 'DeleteItem',
  input: object,
): Promise<Refusal | undefined> {
  try {
    await called(settings, operation, input)
    return undefined
  } catch (error) {
    if (isRefusal(error)) return { error }
    throw error
  }
}
