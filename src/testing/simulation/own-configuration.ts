import type { ItemDefinition } from '../../core/item.ts'
import { keyOf } from '../../core/key.ts'
import { isObject, isThenable } from '../../core/objects.ts'
import { compareVersions } from '../../core/version.ts'
import { ConfigError } from '../../errors.ts'
import { show } from '../../runtime/config-values.ts'
import type { SyncConfig } from '../../runtime/config.ts'
import { validate } from '../../runtime/validate.ts'
import { keyIfAny } from '../item-keys.ts'
import { versionAttributes } from '../version-attributes.ts'
import { messageOf } from './world.ts'

/** What a team's own function makes. @throws ConfigError where that is no configuration. */
export function madeBy<Item, World>(create: (world: World) => SyncConfig<Item>, world: World): SyncConfig<Item> {
  const made: unknown = create(world)
  if (isObject(made) && !isThenable(made)) return made as unknown as SyncConfig<Item> // its fields are looked at next
  const what = isThenable(made) ? 'a promise' : show(made)
  throw new ConfigError('create', `${what} does not work. Answer with a configuration, at once.`)
}

/**
 * The drawn rows as a table holds them: a version attribute grows from write to write. Undefined for a row that has no
 * key, which no table takes.
 *
 * @throws ConfigError where none of the rows can be written, or none read.
 */
export function storedRows<Item>(
  item: ItemDefinition<Item>,
  rows: readonly Item[],
): (row: Item, write: number) => object | undefined {
  const keyed = rows.filter((row) => keyIfAny(item, row) !== undefined)
  const [first] = rows
  if (keyed.length === 0 && first !== undefined) refuse(() => keyOf(item, first))
  const { textOf, tied, stored } = versionAttributes(item)
  const sorted = [...keyed].sort((a, b) => compareVersions(textOf(a) ?? '', textOf(b) ?? ''))
  const readable = keyed.find((row) => isReadable(item, stored(row)))
  if (readable === undefined && keyed[0] !== undefined) {
    const row = stored(keyed[0])
    refuse(() => validate(item.schema, row), 'the schema refuses each of them: ')
  }
  return (row, write) =>
    keyIfAny(item, row) === undefined ? undefined : stored(tied(row, sorted[Math.min(write, sorted.length - 1)] ?? row))
}

function isReadable<Item>({ schema }: ItemDefinition<Item>, row: object): boolean {
  try {
    validate(schema, row)
    return true
  } catch {
    return false
  }
}

function refuse(attempt: () => unknown, said = ''): void {
  try {
    attempt()
  } catch (cause) {
    const why = messageOf(cause)
    throw new ConfigError(
      'items',
      `${said}${why.charAt(0).toLowerCase()}${why.slice(1)} Draw rows as the table holds them.`,
      { cause },
    )
  }
}
