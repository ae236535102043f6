import { attributeVersion } from '../core/attribute-version.ts'
import { canonicalText } from '../core/canonical.ts'
import type { ItemDefinition } from '../core/item.ts'
import { exactNumber } from '../core/number.ts'
import { ConfigError } from '../errors.ts'
import { validate } from '../runtime/validate.ts'

/** What the version attribute of drawn items says, where the item's definition has one. */
export interface VersionAttributes<Item> {
  /** As a version holds it; undefined where the stream's sequence is the version. @throws ConfigError for what is none. */
  readonly textOf: (row: Item) => string | undefined
  /** The row with the version attribute of another one. */
  readonly tied: (row: Item, other: Item) => Item
  /** The row as its table holds it: a number where the schema makes digits of one. */
  readonly stored: (row: Item) => object
}

/** Remembers the first attribute's form: all versions of one definition have one length, or their order means nothing. */
export function versionAttributes<Item>(definition: ItemDefinition<Item>): VersionAttributes<Item> {
  const { version } = definition
  if (typeof version !== 'object')
    return { textOf: () => undefined, tied: (row) => row, stored: (row) => row as object }
  const name = version.attribute
  let expected: string | undefined
  return {
    textOf: (row) => {
      const { kind, text } = read(name, numberBehind(row, definition.schema, name) ?? row[name])
      const form = kind === 'integer' ? 'an integer' : `a text of ${text.length} characters`
      expected ??= form
      if (form !== expected)
        throw new ConfigError(
          'items',
          `draw ${form} as "${name}" here, ${expected} there. Draw one form of one length.`,
        )
      return text
    },
    tied: (row, other) => ({ ...row, [name]: other[name] }),
    stored: (row) => {
      const number = numberBehind(row, definition.schema, name)
      return number === undefined ? (row as object) : { ...row, [name]: number }
    },
  }
}

/** The number in the table that the schema turned into these digits, if it did: there a number is ordered as one. */
function numberBehind<Item>(row: Item, schema: ItemDefinition<Item>['schema'], name: keyof Item): unknown {
  const value = row[name]
  if (typeof value !== 'string' || !/^\d{1,38}$/.test(value)) return undefined
  const number = exactNumber(value)
  try {
    return validate(schema, { ...row, [name]: number })[name] === value ? number : undefined
  } catch {
    return undefined // the schema takes no number here
  }
}

function read(name: string, value: unknown) {
  try {
    return attributeVersion(value, name)
  } catch (cause) {
    throw new ConfigError(
      'items',
      `draw ${canonicalText(value)} as "${name}", the version attribute. Draw integers from 0 up, or times of one length.`,
      { cause },
    )
  }
}
