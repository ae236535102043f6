import { parseArgs } from 'node:util'
import { isRecord } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import { nearestName } from '../runtime/nearest-name.ts'

const options = {
  source: { type: 'string' },
  warehouse: { type: 'string', multiple: true },
  key: { type: 'string' },
  fields: { type: 'string' },
  tolerance: { type: 'string' },
  'settle-ms': { type: 'string' },
  'resume-from': { type: 'string' },
  config: { type: 'string' },
  apply: { type: 'boolean' },
  json: { type: 'boolean' },
  jsonl: { type: 'string' },
  html: { type: 'string' },
  'no-progress': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** Options by name, as they were written. */
export type OptionValues = ReturnType<typeof parsedOptions>['values']

/** @throws ConfigError for an option that there is not, or whose value is missing or too much. */
export function parsedOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw understood(error)
  }
}

/** Node's own words tell of its parser. https://nodejs.org/api/errors.html#err_parse_args_invalid_option_value */
function understood(error: unknown): unknown {
  if (!isRecord(error) || typeof error['code'] !== 'string') return error
  const message = String(error['message'])
  const option = /'(?:-h, )?(--?[^' ]*)/.exec(message)?.[1] ?? 'options'
  if (error['code'] === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearestName(option.replace(/^-+/, ''), Object.keys(options))
    return new ConfigError(option, `is no option. ${near === undefined ? 'See --help.' : `Was --${near} meant?`}`)
  }
  if (/does not take an argument/.test(message)) return new ConfigError(option, 'takes no value. Leave it out.')
  return new ConfigError(option, 'needs a value. See --help. A value that starts with - is given as --option=-value.')
}
