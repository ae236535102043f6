import { isSyncError } from '../errors.ts'
import { keyText, type ItemKey } from './key.ts'

/** The name of a key attribute that the item holds with another value than its key does. A schema may change one. */
export function changedKeyAttribute(
  item: object,
  { keyAttributes }: Pick<ItemKey, 'keyAttributes'>,
): string | undefined {
  return Object.keys(keyAttributes).find((name) => Object.hasOwn(item, name) && !isSame(name, item, keyAttributes))
}

function isSame(name: string, item: object, keyAttributes: object): boolean {
  try {
    return keyText([name], { ...item }) === keyText([name], { ...keyAttributes })
  } catch (error) {
    if (isSyncError(error, 'RECORD_UNDECODABLE')) return false
    throw error
  }
}
