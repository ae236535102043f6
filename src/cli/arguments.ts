import { resolve } from 'node:path'
import { ConfigError } from '../errors.ts'
import { keyParts, type KeyPart } from './key-parts.ts'
import { amount, names, wholeNumber } from './option-values.ts'
import { parsedOptions, type OptionValues } from './parsed-options.ts'
import { placeUrl, type PlaceUrl } from './place-url.ts'

/** Where the places and the rules are: in the command itself, or in a module. */
export type Asked =
  | {
      readonly source: PlaceUrl
      readonly warehouses: ReadonlyMap<string, PlaceUrl>
      readonly key: readonly KeyPart[]
      readonly fields: readonly string[]
      readonly tolerance: number | undefined
      readonly configFile?: undefined
    }
  | { readonly configFile: string }

/** A command, understood. */
export type Command = { readonly does: 'help' | 'version' } | ({ readonly does: 'reconcile' } & ReconcileCommand)

export interface ReconcileCommand {
  readonly asked: Asked
  readonly apply: boolean
  readonly settleMs: number | undefined
  readonly resumeFrom: string | undefined
  readonly json: boolean
  /** A path, or `-`. */
  readonly jsonl: string | undefined
  readonly html: string | undefined
  readonly progress: boolean
}

const inModule = ['source', 'warehouse', 'key', 'fields', 'tolerance'] as const

/** @throws ConfigError that names the option, what is wrong with it, and the remedy. */
export function commandOf(args: readonly string[]): Command {
  const { values, positionals } = parsedOptions(args)
  if (values.help) return { does: 'help' }
  if (values.version) return { does: 'version' }
  const [name, ...more] = positionals
  if (name === undefined) throw new ConfigError('command', 'is missing. The one there is: reconcile. See --help.')
  if (name !== 'reconcile') throw new ConfigError(name, 'is no command. The one there is: reconcile. See --help.')
  if (more[0] !== undefined) throw new ConfigError(more[0], 'belongs to no option. See --help.')
  return { does: 'reconcile', ...reconcileCommand(values) }
}

function reconcileCommand(values: OptionValues): ReconcileCommand {
  const { config, apply = false, json = false, jsonl, html } = values
  const onOut = [json ? '--json' : [], jsonl === '-' ? '--jsonl' : [], html === '-' ? '--html' : []].flat()
  if (onOut[0] !== undefined && onOut[1] !== undefined)
    throw new ConfigError(onOut[1], `and ${onOut[0]} both want standard output. Give one of them a file.`)
  for (const [name, file] of Object.entries({ config, jsonl, html }))
    if (file === '') throw new ConfigError(`--${name}`, 'is empty. Give a file.')
  if (jsonl !== undefined && html !== undefined && resolve(jsonl) === resolve(html) && html !== '-')
    throw new ConfigError('--html', 'and --jsonl name the same file. Give each its own.')
  if (apply && config === undefined)
    throw new ConfigError('--apply', 'needs --config: repairs go through the targets that a reconcile config names.')
  return {
    asked: config === undefined ? places(values) : module(config, values),
    ...{ apply, json, jsonl, html },
    settleMs: wholeNumber('--settle-ms', values['settle-ms']),
    resumeFrom: values['resume-from'],
    progress: values['no-progress'] !== true && !json,
  }
}

function module(configFile: string, values: OptionValues): Asked {
  const extra = inModule.find((name) => values[name] !== undefined)
  if (extra !== undefined)
    throw new ConfigError(`--${extra}`, `is what the module of --config says. Leave one of the two out.`)
  return { configFile }
}

function places(values: OptionValues): Asked {
  const { source, warehouse = [], key = 'sku', fields, tolerance } = values
  if (source === undefined)
    throw new ConfigError('--source', 'is missing. Give the source of truth, such as --source dynamodb://stock.')
  if (warehouse.length === 0)
    throw new ConfigError('--warehouse', 'is missing. Give one, such as --warehouse east=file:east.csv.')
  if (fields !== undefined && tolerance !== undefined)
    throw new ConfigError(
      '--tolerance',
      'judges quantities alone, and --fields names what must be equal. Leave one of the two out.',
    )
  return {
    source: placeUrl('--source', source),
    warehouses: warehousesOf(warehouse),
    key: keyParts(key),
    fields: fields === undefined ? ['quantity'] : names('--fields', fields),
    tolerance: amount('--tolerance', tolerance),
  }
}

function warehousesOf(given: readonly string[]): ReadonlyMap<string, PlaceUrl> {
  const warehouses = new Map<string, PlaceUrl>()
  for (const one of given) {
    const [, name, url] = /^([^=:/]+)=([^]*)$/.exec(one) ?? []
    if (name === undefined || url === undefined)
      throw new ConfigError('--warehouse', 'has no name. Give it one: --warehouse east=file:east.csv.')
    if (warehouses.has(name) || name === 'source')
      throw new ConfigError(
        '--warehouse',
        `has the name ${JSON.stringify(name)}, which is taken. Give each place its own.`,
      )
    warehouses.set(name, placeUrl(`--warehouse ${name}`, url))
  }
  return warehouses
}
