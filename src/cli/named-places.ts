import { asStored } from '../core/as-stored.ts'
import { TargetRejectedError } from '../errors.ts'
import type { WarehouseTarget } from '../ports/target.ts'
import type { GivenOptions } from '../reconcile/options.ts'
import type { Asked } from './arguments.ts'
import type { Configured } from './config-file.ts'
import { openPlace, type OpenPlace } from './open-place.ts'
import type { PlaceKind } from './place-url.ts'
import { quantityOf, sameAmounts } from './same-amount.ts'
import type { Terminal } from './terminal.ts'

type Row = Readonly<Record<string, unknown>>

/** The places of a run, and its rules. */
export interface OpenPlaces extends Configured {
  /** The attributes that every place should have. */
  readonly fields: readonly string[]
  readonly rowCounts: ReadonlyMap<string, NonNullable<OpenPlace['rowCount']>>
  readonly close: () => Promise<void>
}

/** Their rows may hold numbers as texts. */
const textKinds: ReadonlySet<PlaceKind> = new Set(['csv', 'postgres', 'http'])

/** Opens the places that a command names; its rules are for rows of any shape. @throws ConfigError for one that cannot be opened. */
export async function namedPlaces(
  asked: Exclude<Asked, { readonly configFile: string }>,
  { environment }: Pick<Terminal, 'environment'>,
): Promise<OpenPlaces> {
  const urls = new Map([['source', asked.source], ...asked.warehouses])
  const wanted = { key: asked.key, fields: asked.fields, environment }
  const open = new Map<string, OpenPlace>()
  const close = async () => {
    await Promise.allSettled([...open.values()].flatMap((place) => place.close?.() ?? []))
  }
  try {
    for (const [name, url] of urls) open.set(name, await openPlace(url, wanted))
  } catch (error) {
    await close()
    throw error
  }
  const isText = [...urls.values()].some(({ kind }) => textKinds.has(kind))
  return { ...placesOf(open, asked, isText), fields: asked.fields, rowCounts: rowCountsOf(open), close }
}

function placesOf(
  open: ReadonlyMap<string, OpenPlace>,
  asked: Exclude<Asked, { readonly configFile: string }>,
  isText: boolean,
): Configured {
  const { key, fields, tolerance } = asked
  const warehouses = [...open].filter(([name]) => name !== 'source')
  const source = open.get('source') as OpenPlace // opened above
  const { read } = source
  const compare = tolerance !== undefined ? { tolerance } : isText ? sameAmounts(fields) : undefined
  const options: GivenOptions<Row> = {
    item: {
      schema: asStored<Row>(),
      key: key.map(({ name }) => name) as [string, string],
      quantity: quantityOf,
      fields,
    },
    compare,
    targets: Object.fromEntries(warehouses.flatMap(([name, place]) => (place.isLive ? [[name, readOnly(place)]] : []))),
    ...(read && { table: { read, snapshot: source.snapshot } }),
  }
  return {
    source: source.snapshot(),
    warehouses: Object.fromEntries(warehouses.map(([name, place]) => [name, place.snapshot()])),
    options: options as GivenOptions<unknown>,
  }
}

/** A live place as a target that can be looked at again, and never written to. */
function readOnly({ read, snapshot }: OpenPlace): WarehouseTarget<Row> {
  return {
    apply: async () => {
      throw new TargetRejectedError('A place that was named by its URL is never written to. Use --config.')
    },
    snapshot,
    ...(read && { read }),
  }
}

function rowCountsOf(open: ReadonlyMap<string, OpenPlace>): OpenPlaces['rowCounts'] {
  return new Map([...open].flatMap(([name, { rowCount }]) => (rowCount ? [[name, rowCount] as const] : [])))
}
