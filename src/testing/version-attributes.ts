import { attributeVersion } from '../core/attribute-version.ts'
import { canonicalText } from '../core/canonical.ts'
import type { ItemDefinition } from '../core/item.ts'
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
