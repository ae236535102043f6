import { ConfigError } from '../errors.ts'
import type { SnapshotEntry } from '../ports/snapshot.ts'
import type { SnapshotLike } from '../reconcile/options.ts'
import { shownText } from '../reconcile/report/shown-text.ts'
import { countedSnapshot } from './counted-snapshot.ts'
import { explained } from './explain.ts'
import type { OpenPlaces } from './named-places.ts'
import type { Notes } from './notes.ts'
import type { Progress } from './progress.ts'
import { unseenAttributes } from './unseen-attributes.ts'

/** The places of a run, whose reading is told to whoever watches. */
export interface WatchedPlaces extends Pick<OpenPlaces, 'source' | 'warehouses'> {
  /** @throws ConfigError where no row of the source has one of the attributes that were to be compared. */
  readonly checkFields: () => Promise<void>
}

/** Counts rows for the progress, and notes why a place broke off, and which attributes no row of it has. */
export function watchedPlaces(
  places: OpenPlaces,
  progress: Progress,
  notes: Notes,
  signal: AbortSignal,
): WatchedPlaces {
  const unseen = new Map<string, Iterable<string>>()
  const watched = (name: string, place: SnapshotLike<unknown>): SnapshotLike<unknown> => {
    askForCount(name, places, progress, signal)
    if (!('pages' in place)) return place
    const fields = new Set(places.fields)
    return countedSnapshot(place, {
      page(rows) {
        progress.rows(name, rows.length)
        for (const row of fields.size > 0 ? rows : []) forget(fields, row)
        if (rows.length > 0) unseen.set(name, fields)
      },
      ended: () => progress.ended(name),
      failed(error) {
        progress.ended(name)
        if (!signal.aborted) notes.set(name, `${shownText(name, 40)} could not be read to its end. ${explained(error)}`)
      },
    })
  }
  return {
    source: watched('source', places.source),
    warehouses: Object.fromEntries(
      Object.entries(places.warehouses).map(([name, place]) => [name, watched(name, place)]),
    ),
    async checkFields() {
      await lookAtRelations(places, unseen, signal)
      for (const [name, fields] of unseen) {
        const [field] = fields
        if (field === undefined) continue
        const problem = `no row of ${shownText(name, 40)} has the attribute ${JSON.stringify(field)}`
        if (name === 'source')
          throw new ConfigError(
            '--fields',
            `${problem}, so that nothing could be compared. Name attributes that the rows have.`,
          )
        notes.set(`${name} ${field}`, `Beware: ${problem}.`)
      }
    },
  }
}

/** A place that DuckDB compared was not read here. */
async function lookAtRelations(
  { source, warehouses, fields }: OpenPlaces,
  unseen: Map<string, Iterable<string>>,
  signal: AbortSignal,
): Promise<void> {
  for (const [name, place] of Object.entries({ source, ...warehouses })) {
    const relation = 'pages' in place ? place.relation : undefined
    if (relation === undefined || fields.length === 0 || unseen.has(name) || signal.aborted) continue
    // A place that cannot be read was told of by the run.
    unseen.set(name, await unseenAttributes(relation, fields, signal).catch(() => []))
  }
}

function forget(fields: Set<string>, row: SnapshotEntry): void {
  for (const field of fields) if (row.removed === true || row.item[field] !== undefined) fields.delete(field)
}

/** How many rows there may be is good to know, and no reason to fail. */
function askForCount(name: string, { rowCounts }: OpenPlaces, progress: Progress, signal: AbortSignal): void {
  rowCounts
    .get(name)?.(signal)
    .then(
      (rows) => rows !== undefined && progress.expect(name, rows),
      () => undefined,
    )
}
