import type { ItemKey } from '../../core/key.ts'
import { isVersion } from '../../core/version.ts'
import { isSyncError, TargetUnavailableError } from '../../errors.ts'
import { contentOf } from '../../http/content-of.ts'
import type { HttpAnswer } from '../../http/send.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import type { HttpTargetOptions } from '../http.ts'

/** What the answer to a read says is held: an item, a tombstone, or nothing. */
export function entryOf(
  answer: HttpAnswer,
  itemKey: ItemKey,
  read: NonNullable<HttpTargetOptions['read']>,
): SnapshotEntry | undefined {
  const { status, headers } = answer
  const { key, keyAttributes } = itemKey
  const named = headers.get('sync-version') ?? undefined
  if (status === 404 || status === 410)
    return named === undefined ? undefined : checked({ key, item: keyAttributes, version: named, removed: true })
  const content = contentOfRead(answer)
  const entry = said(() => read(content, itemKey, headers))
  if (entry === undefined) return undefined
  return checked({ ...entry, key, version: entry.version ?? named })
}

function contentOfRead(answer: HttpAnswer): unknown {
  const content = contentOf(answer)
  if ('value' in content) return content.value
  throw new TargetUnavailableError(`The answer to a read ${content.problem}.`)
}

function said(make: () => SnapshotEntry | undefined): SnapshotEntry | undefined {
  try {
    return make()
  } catch (cause) {
    if (isSyncError(cause)) throw cause
    throw new TargetUnavailableError('The read function threw an error.', { cause })
  }
}

/** The function is the user's, in JavaScript perhaps, and the version the server's. */
function checked(entry: SnapshotEntry): SnapshotEntry {
  const { item, version }: { readonly item: unknown; readonly version?: unknown } = entry
  if (typeof item !== 'object' || item === null)
    throw new TargetUnavailableError('The read function returned no entry. Return { item } or undefined.')
  if (version !== undefined && (typeof version !== 'string' || !isVersion(version)))
    throw new TargetUnavailableError('The answer to a read names a version that is none. Give back Sync-Version.')
  return entry
}
