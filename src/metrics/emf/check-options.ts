import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import type { EmfMetricsOptions } from '../emf.ts'

/** Options that were checked, with the defaults filled in. */
export interface EmfSettings {
  readonly service: string
  readonly namespace: string
  readonly write: (line: string) => void
  readonly now: () => number
}

const defaults = {
  namespace: 'StreamSync',
  write: (line: string) => void process.stdout.write(`${line}\n`), // console would put a time before it
  now: () => Date.now(),
} as const

export function checkedSettings(options: EmfMetricsOptions): EmfSettings {
  const given: unknown = options // a caller without types may hand in anything
  if (!isObject(given)) throw new ConfigError('emfMetrics', `${shown(given)} are no options. Give { service }.`)
  const { service, namespace = defaults.namespace, write = defaults.write, now = defaults.now } = given
  if (typeof service !== 'string' || !/^(?=.*\S)[\x20-\x7e]{1,1024}$/.test(service))
    throw new ConfigError(
      'service',
      `${shown(service)} is no dimension value. Give the service's name in 1 to 1,024 printable ASCII characters.`,
    )
  if (typeof namespace !== 'string' || !/^(?!AWS\/)(?!:)(?=.*\S)[\w .\-/#:]{1,255}$/.test(namespace))
    throw new ConfigError(
      'namespace',
      `${shown(namespace)} is no namespace of your own. Give 1 to 255 letters, digits, spaces or . - _ / # : that begin ` +
        'neither with AWS/ nor with a colon, or leave it out.',
    )
  return { service, namespace, write: functionOf('write', write), now: functionOf('now', now) }
}

function functionOf<Field extends 'write' | 'now'>(field: Field, value: unknown): EmfSettings[Field] {
  if (typeof value !== 'function')
    throw new ConfigError(field, `${shown(value)} is no function. Give one, or leave it out.`)
  return value as EmfSettings[Field] // its parameters cannot be seen from here
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value)
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
