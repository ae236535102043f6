import type { Change } from '../../core/change.ts'
import { changedKeyAttribute } from '../../core/changed-key.ts'
import { marshalImage, type AttributeMap } from '../../core/marshal.ts'
import { TargetRejectedError } from '../../errors.ts'
import { ownKeyNames, targetKey } from './key.ts'
import type { DynamoDbSettings } from './settings.ts'

/** The row that a change leaves: the item and its version, or a tombstone. */
export function rowOf(change: Change<unknown>, settings: DynamoDbSettings): AttributeMap {
  const { versionAttribute, removedAttribute, expiryAttribute } = settings
  const item = change.type === 'upsert' ? itemOf(change.item) : {}
  refuseClashes({ ...change.keyAttributes, ...item }, settings)
  refuseOtherKey(item, change)
  const row = {
    ...marshalImage(item),
    ...marshalImage(change.keyAttributes),
    ...marshalImage(targetKey(change, settings)),
    [versionAttribute]: { S: change.version },
  }
  if (change.type === 'upsert') return row
  return { ...row, [removedAttribute]: { BOOL: true }, [expiryAttribute]: { N: String(expiry(settings)) } }
}

/** In seconds. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html */
function expiry({ reader, tombstoneDays }: DynamoDbSettings): number {
  return Math.ceil(reader.now() / 1_000) + tombstoneDays * 86_400
}

function itemOf(item: unknown): object {
  if (typeof item === 'object' && item !== null) return item
  throw new TargetRejectedError('The item is no object, and a row is. Let the schema put out a plain object.')
}

function refuseClashes(attributes: object, settings: DynamoDbSettings): void {
  const { versionAttribute, removedAttribute, expiryAttribute } = settings
  const own = { versionAttribute, removedAttribute, expiryAttribute }
  for (const [option, name] of Object.entries(own))
    if (Object.hasOwn(attributes, name))
      throw new TargetRejectedError(`The item has an attribute "${name}" of its own. Set the option ${option}.`)
  for (const name of ownKeyNames(settings))
    if (Object.hasOwn(attributes, name))
      throw new TargetRejectedError(
        `The item has an attribute "${name}" of its own, which is a key attribute of the target's table.`,
      )
  if (Object.hasOwn(attributes, '__proto__'))
    throw new TargetRejectedError(
      'The item has an attribute "__proto__", which the AWS SDK loses when it reads a row. Rename it in the schema.',
    )
}

/** A row could not hold both. */
function refuseOtherKey(item: object, change: Change<unknown>): void {
  const name = changedKeyAttribute(item, change)
  if (name !== undefined)
    throw new TargetRejectedError(
      `The item's "${name}" is not what the table's key holds. Let the schema keep key attributes as they are.`,
    )
}
