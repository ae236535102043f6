import { ConfigError } from '../errors.ts'

/** One key attribute, and whether its texts are numbers. */
export interface KeyPart {
  readonly name: string
  readonly isNumber: boolean
}

/** `sku`, or `warehouse,slot:number`. @throws ConfigError for none, more than two, or one twice. */
export function keyParts(text: string): readonly KeyPart[] {
  const parts = text.split(',').map((part) => {
    const name = part.trim()
    const isNumber = name.endsWith(':number')
    return { name: isNumber ? name.slice(0, -':number'.length) : name, isNumber }
  })
  if (parts.length > 2)
    throw new ConfigError('--key', 'has more than two attributes. A key of DynamoDB has one or two.')
  if (parts.some(({ name }) => name === ''))
    throw new ConfigError('--key', 'holds an empty name. Give one or two, such as --key sku.')
  if (parts[0]?.name === parts[1]?.name) throw new ConfigError('--key', 'holds a name twice. Give each once.')
  return parts
}
