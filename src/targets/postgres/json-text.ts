import { plainDecimal } from '../../core/decimal-text.ts'
import { isNumeric, isPlain } from '../../core/number-value.ts'
import { parseDecimal } from '../../core/number.ts'
import { TargetRejectedError } from '../../errors.ts'
import { checkedText } from './checked-text.ts'

/** Far above the 32 levels of a table's item: what nests deeper holds itself. */
const deepest = 500

/**
 * JSON that is read as the very same value: numbers exact, members that are `undefined` left out.
 *
 * @throws TargetRejectedError for what JSON has no word for. `where` begins a sentence.
 */
export function jsonText(value: unknown, where: string, depth = 0): string {
  if (depth > deepest) throw new TargetRejectedError(`${where} nests more than ${deepest} levels, or holds itself.`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(checkedText(value, where))
  if (isNumeric(value)) return numberText(typeof value === 'object' ? value.value : String(value), where)
  if (typeof value === 'object') return objectText(value, where, depth)
  throw refused(where, value === undefined ? 'undefined in a list' : `a ${typeof value}`)
}

function numberText(text: string, where: string): string {
  const decimal = parseDecimal(text)
  if (!decimal) throw refused(where, 'a number that is not finite')
  return plainDecimal(decimal)
}

function objectText(value: object, where: string, depth: number): string {
  if (Array.isArray(value)) return `[${Array.from(value, (member) => jsonText(member, where, depth + 1)).join()}]`
  if (value instanceof Map) return membersText([...(value as ReadonlyMap<unknown, unknown>)], where, depth)
  if (isPlain(value)) return membersText(Object.entries(value), where, depth)
  const what = value instanceof Set ? 'a set' : value instanceof Uint8Array ? 'binary' : 'an instance of a class'
  throw refused(where, what)
}

function membersText(members: readonly (readonly [unknown, unknown])[], where: string, depth: number): string {
  const texts = members.flatMap(([name, value]) => {
    if (value === undefined) return []
    if (typeof name !== 'string') throw refused(where, 'a Map with a key that is no text')
    return [`${JSON.stringify(checkedText(name, where))}:${jsonText(value, where, depth + 1)}`]
  })
  return `{${texts.join()}}`
}

function refused(where: string, what: string): TargetRejectedError {
  return new TargetRejectedError(
    `${where} holds ${what}, which JSON does not know. Convert it in the schema, or map it with the option columns.`,
  )
}
