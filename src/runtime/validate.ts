import type { StandardSchemaV1 } from '@standard-schema/spec'
import { DecodeError } from '../errors.ts'

/** Runs an item's schema over a row. @throws DecodeError with the schema's issues; its message names the paths alone. */
export function validate<Item>(schema: StandardSchemaV1<unknown, Item>, row: unknown): Item {
  const result = answer(schema, row)
  if (result instanceof Promise) {
    result.catch(() => undefined)
    throw new DecodeError('The item schema answers with a promise. Use a schema that answers at once.')
  }
  if (!result.issues) return result.value
  const issues = result.issues.map(({ path, message }) => ({ path: pathText(path), message }))
  const places = [...new Set(issues.map(({ path }) => path || 'the item'))]
  throw new DecodeError(`The image fails the item schema at ${places.slice(0, 10).join(', ')}.`, { issues })
}

function answer<Item>(
  schema: StandardSchemaV1<unknown, Item>,
  row: unknown,
): ReturnType<(typeof schema)['~standard']['validate']> {
  try {
    return schema['~standard'].validate(row)
  } catch (cause) {
    throw new DecodeError('The item schema threw.', { cause })
  }
}

function pathText(path: StandardSchemaV1.Issue['path']): string {
  return (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
}
