import { type Sent, serviceFault } from './fake-dynamodb.ts'
import type { AttributeMap } from '../../src/core/marshal.ts'

/** What goes wrong with one request: an error instead of it, or one after it. */
export type LockFault = { readonly instead: unknown } | { readonly afterwards: unknown } | undefined

/** A table in memory, with the conditions of locks, as an answer for `fakeDynamoDb`. */
export function fakeLockTable(fault: (sent: Sent, count: number) => LockFault = () => undefined) {
  const rows = new Map<string, AttributeMap>()
  const answer = (sent: Sent, count: number): unknown => {
    const wrong = fault(sent, count)
    if (wrong && 'instead' in wrong) return wrong.instead
    const answered = carriedOut(rows, sent)
    return wrong && !(answered instanceof Error) ? wrong.afterwards : answered
  }
  return { rows, answer }
}

function carriedOut(rows: Map<string, AttributeMap>, { operation, input }: Sent): unknown {
  const item = (input['Item'] ?? input['Key']) as AttributeMap
  const key = String(item['name']?.['S'])
  const held = rows.get(key)
  if (operation === 'GetItem') return { Item: held }
  if (!isMet(held, input)) return serviceFault('ConditionalCheckFailedException', held && { Item: held })
  if (operation === 'PutItem') rows.set(key, item)
  else rows.delete(key)
  return {}
}

function isMet(held: AttributeMap | undefined, input: Sent['input']): boolean {
  const values = input['ExpressionAttributeValues'] as AttributeMap
  switch (input['ConditionExpression']) {
    case 'attribute_not_exists(#key) OR #expiresAt < :past':
      return !held || Number(held['expiresAt']?.['N']) < Number(values[':past']!['N'])
    case '#revision = :seen':
      return held?.['revision']?.['S'] === values[':seen']!['S']
    case '#token = :token':
      return held?.['token']?.['S'] === values[':token']!['S']
    default:
      throw new Error('The fake does not know the condition.')
  }
}
