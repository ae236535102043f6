import { inTime } from '../../aws/in-time.ts'
import { isRecord } from '../../core/objects.ts'
import { SnapshotError, TargetUnavailableError } from '../../errors.ts'
import { exportId } from './export-id.ts'
import { s3Error } from './s3-error.ts'
import { s3Store, type S3Reading, silent } from './s3-store.ts'

/** So many exports are looked at, from the newest on, for one that is finished. */
const mostLooks = 10
/** Of 1,000 exports each. */
const mostPages = 1_000

/**
 * The key of the summary manifest of the newest finished export below a prefix.
 *
 * @throws SnapshotError where there is none.
 */
export async function newestExport(reading: S3Reading, prefix: string, signal: AbortSignal): Promise<string> {
  const home = `${prefix === '' ? '' : `${prefix}/`}AWSDynamoDB/`
  for (const id of await newestIds(reading, home, signal)) {
    const manifest = `${home}${id}/manifest-summary.json`
    const file = await s3Store(reading, manifest).open('manifest-summary.json', signal)
    await file?.close()
    if (file) return manifest
  }
  throw new SnapshotError(`s3://${reading.bucket}/${home} holds no finished export. Check bucket and prefix, or wait.`)
}

/** The newest first. */
async function newestIds(reading: S3Reading, home: string, signal: AbortSignal): Promise<readonly string[]> {
  const shown = `s3://${reading.bucket}/${home}`
  let newest: readonly string[] = []
  let token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const { ids, next } = await listed(reading, home, token, shown, signal)
    newest = [...newest, ...ids].sort().slice(-mostLooks)
    token = next
    if (token === undefined) return newest.toReversed()
  }
  throw new SnapshotError(`${shown} holds more than a million folders. Name an export by the option manifest.`)
}

interface Listed {
  readonly ids: readonly string[]
  readonly next: string | undefined
}

async function listed(
  { call, bucket, clock, timeoutMs }: S3Reading,
  home: string,
  token: string | undefined,
  shown: string,
  signal: AbortSignal,
): Promise<Listed> {
  const input = {
    Bucket: bucket,
    Prefix: home,
    Delimiter: '/',
    ...(token !== undefined && { ContinuationToken: token }),
  }
  let answer
  try {
    answer = await inTime(clock, timeoutMs, signal, call('ListObjectsV2', input, signal))
  } catch (error) {
    throw s3Error(error, shown)
  }
  if (typeof answer === 'string') throw silent(shown, timeoutMs)
  const { CommonPrefixes: folders = [], NextContinuationToken: next } = isRecord(answer.value) ? answer.value : {}
  if (!Array.isArray(folders)) throw new TargetUnavailableError(`S3's list of ${shown} makes no sense.`)
  const names = folders.map((folder: unknown) => (isRecord(folder) ? folder['Prefix'] : undefined))
  const ids = names.flatMap((name) => (typeof name === 'string' ? [name.slice(home.length, -1)] : []))
  return {
    ids: ids.filter((id) => exportId.test(id)),
    next: typeof next === 'string' && next !== '' ? next : undefined,
  }
}
