import pLimit from 'p-limit'
import type { ItemKey } from '../../core/key.ts'
import { lowestVersion } from '../../core/version.ts'
import { isSyncError, TargetUnavailableError } from '../../errors.ts'
import { failure } from '../../http/failure.ts'
import { send } from '../../http/send.ts'
import type { SnapshotEntry } from '../../ports/snapshot.ts'
import type { CallContext } from '../../ports/target.ts'
import type { HttpTargetOptions } from '../http.ts'
import { entryOf } from './entry-of.ts'
import type { HttpSettings } from './settings.ts'

type Read = NonNullable<HttpTargetOptions['read']>

const concurrency = 10

/** Asks for every key. The first failure ends all: what is not known must not look like what is not held. */
export async function readKeys<Item>(
  keys: readonly ItemKey[],
  context: CallContext,
  read: Read,
  settings: HttpSettings<Item>,
): Promise<readonly SnapshotEntry[]> {
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  const limit = pLimit({ concurrency, rejectOnClear: true })
  try {
    const entries = await Promise.all(keys.map((key) => limit(() => readKey(key, signal, read, settings))))
    return entries.filter((entry) => entry !== undefined)
  } catch (error) {
    limit.clearQueue()
    stop.abort()
    throw isSyncError(error, 'TARGET_REJECTED') ? new TargetUnavailableError(`A read failed. ${error.message}`) : error
  }
}

async function readKey<Item>(
  itemKey: ItemKey,
  signal: AbortSignal,
  read: Read,
  settings: HttpSettings<Item>,
): Promise<SnapshotEntry | undefined> {
  const { key, keyAttributes } = itemKey
  const asked = { type: 'removal', id: key, key, keyAttributes, version: lowestVersion } as const
  const url = settings.urlOf({ ...asked, changedAt: new Date(0) })
  const answer = await send({ method: 'GET', url, signal }, settings)
  const { status, arrival } = answer
  if ((status < 200 || status >= 300) && status !== 404 && status !== 410) throw failure(answer)
  if (arrival === 'broken') throw new TargetUnavailableError(`The answer to a read (${status}) broke off.`)
  if (arrival === 'cut')
    throw new TargetUnavailableError(
      `The answer to a read is longer than ${settings.maxResponseBytes} bytes. Raise maxResponseBytes.`,
    )
  return entryOf(answer, itemKey, read)
}
