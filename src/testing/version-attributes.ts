import { canonicalText } from '../core/canonical.ts'
import { plainDecimal } from '../core/decimal-text.ts'
import type { ItemDefinition } from '../core/item.ts'
import { parseDecimal } from '../core/number.ts'
import { attributeVersion } from '../core/version.ts'
import { ConfigError } from '../errors.ts'

/** What the version attribute of drawn items says, where the item's definition has one. */
export interface VersionAttributes<Item> {
  /** As a version holds it; undefined where the stream's sequence is the version. @throws ConfigError for what is none. */
  readonly textOf: (row: Item) => string | undefined
  /** The row with the version attribute of another one. */
  readonly tied: (row: Item, other: Item) => Item
}

/** Remembers the first attribute's form: all versions of one definition have one length, or their order means nothing. */
export function versionAttributes<Item>(definition: ItemDefinition<Item>): VersionAttributes<Item> {
  const { version } = definition
  if (typeof version !== 'object') return { textOf: () => undefined, tied: (row) => row }
  const name = version.attribute
  let expected: string | undefined
  return {
    textOf: (row) => {
      const { kind, text } = read(name, row[name])
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
  }
}

function read(name: string, value: unknown) {
  const text = typeof value === 'string' ? value : integerText(value)
  try {
    if (text !== undefined) return attributeVersion(text)
  } catch {
    // told below, by the attribute's name
  }
  throw new ConfigError(
    'items',
    `draw ${canonicalText(value)} as "${name}", the version attribute. Draw integers from 0 up, or times of one length.`,
  )
}

/** As a stream would hold it: plain decimal. Undefined for what is no integer from 0 up of at most 38 digits. */
function integerText(value: unknown): string | undefined {
  const isNumberValue = typeof value === 'object' && value !== null && 'value' in value
  const decimal = parseDecimal(String(isNumberValue ? value.value : value))
  if (!decimal || decimal.negative) return undefined
  return decimal.exponent >= decimal.digits.length && decimal.exponent <= 38 ? plainDecimal(decimal) : undefined
}
