import { isWellFormed } from '../../core/key.ts'
import { TargetRejectedError } from '../../errors.ts'

/**
 * A text as it is. @throws TargetRejectedError for one that PostgreSQL cannot hold.
 * https://www.postgresql.org/docs/current/datatype-character.html
 */
export function checkedText(text: string, where: string): string {
  if (text.includes('\0'))
    throw new TargetRejectedError(`${where} holds a NUL character, which PostgreSQL does not take. Store it as binary.`)
  if (!isWellFormed(text))
    throw new TargetRejectedError(`${where} holds half a surrogate pair, which UTF-8 cannot carry. Store it as binary.`)
  return text
}
