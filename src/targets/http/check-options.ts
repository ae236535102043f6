import { isRecord } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import { checkHeaders } from '../../http/check-headers.ts'

type Rule = readonly [fits: (value: unknown) => boolean, remedy: string]

const isFunction = (value: unknown) => typeof value === 'function'
const isText = (value: unknown) => typeof value === 'string' && value !== ''

const rules: Readonly<Record<string, Rule>> = {
  url: [
    (value) => isText(value) || isFunction(value),
    "Give a URL with placeholders, such as 'https://lyon.example/stock/{sku}', or a function that returns a URL.",
  ],
  body: [isFunction, 'Give a function that makes the body of an item, or leave it out.'],
  headers: [isRecord, "Give an object of texts, such as { authorization: '…' }, or leave it out."],
  hmac: [
    (value) => isRecord(value) && Object.keys(value).join() === 'secret' && isText(value['secret']),
    'Give { secret } with a text that is not empty, or leave it out.',
  ],
  guarded: [(value) => typeof value === 'boolean', 'Give true if the server compares Sync-Version, else false.'],
  read: [isFunction, 'Give a function that makes an entry of an answer, or leave it out.'],
  maxResponseBytes: [
    (value) => Number.isSafeInteger(value) && Number(value) >= 1,
    'Give a whole number of bytes from 1 up.',
  ],
}

/** @throws ConfigError for the first option that cannot work. What a URL says is checked by its own parser. */
export function checkOptions(options: unknown): void {
  if (!isRecord(options)) throw new ConfigError('options', `${shown(options)} cannot be used. Give at least { url }.`)
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  for (const [name, value] of [['url', options['url']] as const, ...given]) {
    const [fits, remedy] = ruleFor(name)
    if (!fits(value)) throw new ConfigError(name, `${shown(value)} cannot be used. ${remedy}`)
  }
  const { headers } = options
  if (isRecord(headers)) checkHeaders(headers)
}

function ruleFor(name: string): Rule {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
  if (!rule) throw new ConfigError(name, `is no option. Known are ${Object.keys(rules).join(', ')}.`)
  return rule
}

/** Never content: an option may hold a token or a secret. */
function shown(value: unknown): string {
  if (value === '') return 'An empty text'
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null)
    return String(value)
  return Array.isArray(value) ? 'A list' : typeof value === 'object' ? 'This object' : `A ${typeof value}`
}
