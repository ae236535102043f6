import { isObject, isThenable } from '../core/objects.ts'

export { longestTimer } from '../system-clock.ts'

export function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

/** A text that is not empty. */
export function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** An object whose names mean something: no list, and no `Map` or `Set`, whose members are no properties. */
export function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !(Symbol.iterator in value)
}

/** Of a DynamoDB stream, or of the Kinesis stream that a table writes to. */
export function isStreamArn(text: string): boolean {
  return /^arn:.+[:/]stream\/[^/]+$/.test(text)
}

/** Tests for an object that has all of these methods. */
export function hasMethods(...names: readonly string[]): (value: unknown) => boolean {
  return (value) => isObject(value) && names.every((name) => isFunction(value[name]))
}

/** Exactly one of `apply` and `applyBatch`. */
export function isTarget(value: unknown): boolean {
  if (!isObject(value)) return false
  const { apply, applyBatch } = value
  return isFunction(apply) ? applyBatch === undefined : apply === undefined && isFunction(applyBatch)
}

/** A schema is asked about an empty row: one that answers with a promise is found here rather than at the first record. */
export function isStandardSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard: unknown = (value as { readonly '~standard'?: unknown })['~standard']
  if (!hasMethods('validate')(standard)) return false
  try {
    const answer: unknown = (standard as { readonly validate: (row: unknown) => unknown }).validate({})
    if (!isThenable(answer)) return true
    answer.then(undefined, () => undefined)
    return false
  } catch {
    return true // what throws on an empty row may still accept a full one
  }
}

/** A value for an error message: short, and nothing of an object's inside, which may be secret. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 60)}'`
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? `a list of ${String(value.length)}` : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
