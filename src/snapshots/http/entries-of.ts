import { SnapshotError } from '../../errors.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import { located } from '../../rows/located.ts'
import type { HttpPage } from './read-page.ts'
import type { HttpSnapshotSettings } from './settings.ts'

/** The rows of a page. @throws SnapshotError that names the page, and the row by its place on it. */
export function entriesOf(
  page: HttpPage,
  settings: Pick<HttpSnapshotSettings, 'rows' | 'entryOf'>,
  number: number,
): readonly SnapshotEntry[] {
  const entries: SnapshotEntry[] = []
  for (const [index, row] of listOf(page, settings, number).entries())
    try {
      const entry = settings.entryOf(row)
      if (entry !== undefined) entries.push(entry)
    } catch (error) {
      throw located(`Page ${number}, row ${index + 1}`, error)
    }
  return entries
}

function listOf(
  { body, headers }: HttpPage,
  { rows }: Pick<HttpSnapshotSettings, 'rows'>,
  number: number,
): readonly unknown[] {
  let list: unknown
  try {
    list = rows(body, headers)
  } catch (cause) {
    throw new SnapshotError(`Page ${number} made the rows function throw.`, { cause })
  }
  if (Array.isArray(list)) return list
  throw new SnapshotError(`Page ${number} holds no list of rows. Give rows, which picks it out of the page's body.`)
}
