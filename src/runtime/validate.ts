import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isObject, isThenable } from '../core/objects.ts'
import { DecodeError } from '../errors.ts'

/** Runs an item's schema over a row. @throws DecodeError with the schema's issues; its message names the paths alone. */
export function validate<Item>(schema: StandardSchemaV1<unknown, Item>, row: unknown): Item {
  const result = answer(schema, row)
  if (isThenable(result)) {
    result.then(undefined, () => undefined) // its failure is nobody's any more
    throw new DecodeError('The item schema answers with a promise. Use a schema that answers at once.')
  }
  if (!isObject(result)) throw noAnswer()
  const { issues } = result
  if (issues) throw Array.isArray(issues) ? refusal(issues) : noAnswer()
  if (Object.hasOwn(result, 'value')) return result['value'] as Item // by the schema's type
  throw noAnswer()
}

function answer(schema: StandardSchemaV1, row: unknown): unknown {
  try {
    return schema['~standard'].validate(row)
  } catch (cause) {
    throw new DecodeError('The item schema threw.', { cause })
  }
}

function noAnswer(): DecodeError {
  return new DecodeError(
    'The item schema answers with neither a `value` of its own nor a list of `issues`. Use a schema of a Standard Schema library (zod, valibot, arktype …).',
  )
}

function refusal(found: readonly StandardSchemaV1.Issue[]): DecodeError {
  const issues = found.map(({ path, message }) => ({ path: pathText(path), message }))
  const places = [...new Set(issues.map(({ path }) => path || 'the item'))]
  return new DecodeError(`The image fails the item schema at ${places.slice(0, 10).join(', ')}.`, { issues })
}

function pathText(path: StandardSchemaV1.Issue['path']): string {
  return (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
}
