import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isRecord } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import type { Snapshot } from '../ports/snapshot.ts'
import type { GivenOptions, SnapshotLike } from '../reconcile/options.ts'

/** What a module says about the places and the rules. */
export interface Configured {
  readonly source: SnapshotLike<unknown>
  readonly warehouses: Readonly<Record<string, SnapshotLike<unknown>>>
  readonly options: GivenOptions<unknown>
}

const forms =
  'Export by default { snapshots: { source, warehouses }, options }, or what createReconcileHandler takes, or a function that answers with one of them.'

/**
 * Loads a module and reads its default export.
 *
 * @throws ConfigError where the module cannot be loaded, or its default export is no reconcile config.
 */
export async function configured(file: string): Promise<Configured> {
  const loaded = await load(file)
  const given = typeof loaded === 'function' ? await (loaded as () => unknown)() : loaded
  if (!isRecord(given))
    throw new ConfigError('--config', `names a module whose default export is no reconcile config. ${forms}`)
  const { snapshots, options = {} } = given
  if (isRecord(snapshots) && 'source' in snapshots) {
    if (!isRecord(options)) throw new ConfigError('options', 'is no object. Give the options of reconcile, or nothing.')
    const { source, warehouses } = snapshots
    if (!isRecord(warehouses))
      throw new ConfigError('snapshots.warehouses', 'is no record. Give one: { berlin: snapshot }.')
    return { source, warehouses, options } as Configured // each is looked at by reconcile
  }
  if ('table' in given && isRecord(given['targets'])) return handlerConfig(given, given['targets'])
  throw new ConfigError('--config', `names a module whose default export is no reconcile config. ${forms}`)
}

async function load(file: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: unknown }
    const own = module.default
    return isRecord(own) && own['__esModule'] === true ? own['default'] : own // CommonJS that was an ES module once
  } catch (cause) {
    if (isRecord(cause) && cause['code'] === 'ERR_UNKNOWN_FILE_EXTENSION')
      throw new ConfigError(
        '--config',
        `${JSON.stringify(file)} is of a kind that this Node cannot load. Use .mjs, .cjs or .js.`,
        { cause },
      )
    throw new ConfigError('--config', `${JSON.stringify(file)} cannot be loaded.`, { cause })
  }
}

/** As the handler does: the table, and each target's snapshot, or the one that stands for it. */
function handlerConfig(
  config: Readonly<Record<string, unknown>>,
  targets: Readonly<Record<string, unknown>>,
): Configured {
  const { snapshots: given = {}, ...options } = config
  if (!isRecord(given))
    throw new ConfigError('snapshots', 'is no record. Give one by the names of the targets, or nothing.')
  const stray = Object.keys(given).find((name) => !Object.hasOwn(targets, name))
  if (stray !== undefined)
    throw new ConfigError(`snapshots.${stray}`, 'belongs to no target. Remove it or correct its name.')
  const warehouses = Object.entries(targets).map(([name, target]) => {
    const snapshot = given[name] ?? opened(isRecord(target) && isRecord(target['target']) ? target['target'] : target)
    if (snapshot === undefined)
      throw new ConfigError(`snapshots.${name}`, 'is missing, and the target has no snapshot of its own. Give one.')
    return [name, snapshot as Snapshot] as const
  })
  const source = opened(config['table'])
  if (source === undefined)
    throw new ConfigError('table', 'has no snapshot. Give a source table, such as dynamoDbTable({ tableName }).')
  return { source: source as Snapshot, warehouses: Object.fromEntries(warehouses), options }
}

function opened(place: unknown): unknown {
  return isRecord(place) && typeof place['snapshot'] === 'function' ? (place['snapshot'] as () => unknown)() : undefined
}
