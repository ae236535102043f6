import { type GivenOptions, shown } from '../../core/given-options.ts'
import { ConfigError } from '../../errors.ts'

const example = "as in { key: 'sku', projection: ['quantity'] }"

/** The attributes to read, those of the key first; undefined: all. @throws ConfigError for what cannot be. */
export function checkedProjection({ projection, key }: GivenOptions): readonly string[] | undefined {
  if (projection === undefined) {
    if (key !== undefined)
      throw new ConfigError('key', `is read in any case, without a projection. Give both, ${example}.`)
    return undefined
  }
  const names = namesIn(projection)
  if (!names)
    throw new ConfigError(
      'projection',
      `${shown(projection)} is no list of attribute names. Name the attributes, ${example}.`,
    )
  const keyNames = namesIn(typeof key === 'string' ? [key] : key)
  if (!keyNames || keyNames.length < 1 || keyNames.length > 2)
    throw new ConfigError('key', `${shown(key)} names no key. Name the one or two key attributes, ${example}.`)
  return [...new Set([...keyNames, ...names])]
}

/** Any attribute's name may be one of DynamoDB's own words, or have dots: none stands in the expression itself. */
export function projectionInput(names: readonly string[] | undefined): object {
  if (!names) return {}
  const aliases = names.map((name, index) => [`#a${index}`, name] as const)
  return {
    ProjectionExpression: aliases.map(([alias]) => alias).join(', '),
    ExpressionAttributeNames: Object.fromEntries(aliases),
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters */
const longestName = 65_535

function namesIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const isName = (name: unknown): name is string =>
    typeof name === 'string' && name !== '' && name.length <= longestName && name !== '__proto__'
  return value.every(isName) ? value : undefined
}
