import { open } from 'node:fs/promises'
import { ConfigError } from '../../errors.ts'
import { csvSnapshot } from '../../snapshots/csv.ts'
import { ndjsonSnapshot } from '../../snapshots/ndjson.ts'
import type { OpenFor, OpenPlace } from '../open-place.ts'
import type { PlaceUrl } from '../place-url.ts'
import { rowReader } from '../row-reader.ts'

/** `file:stock.csv?order=key&delimiter=%3B&encoding=windows-1252&columns=ARTICLE:sku`. Its quantities are numbers. */
export function openCsv(place: PlaceUrl, wanted: OpenFor): OpenPlace {
  const { delimiter, encoding } = place.query
  const options = {
    ...common(place, wanted),
    ...(delimiter !== undefined && { delimiter }),
    ...(encoding !== undefined && { encoding: encoding as 'utf-8' }), // any other is refused by the snapshot
    ...rowReader(place, wanted),
  }
  return file(place, () => csvSnapshot(options))
}

/** `file:stock.ndjson?order=key&columns=article:sku`; `.jsonl` is the same. */
export function openNdjson(place: PlaceUrl, wanted: OpenFor): OpenPlace {
  const options = { ...common(place, wanted), ...rowReader(place, wanted) }
  return file(place, () => ndjsonSnapshot(options))
}

function common({ option, path, query: { order = 'none' } }: PlaceUrl, { key }: OpenFor) {
  if (order !== 'key' && order !== 'none')
    throw new ConfigError(option, `has the order ${JSON.stringify(order)}, which is none. Use key or none.`)
  return { file: path, order, key: key.map(({ name }) => name) } as const
}

function file({ path }: PlaceUrl, snapshot: OpenPlace['snapshot']): OpenPlace {
  snapshot() // refuses options that cannot work
  return { snapshot, isLive: false, rowCount: path.endsWith('.gz') ? undefined : () => estimatedLines(path) }
}

const lookedAt = 262_144

/** By the length of the first lines. */
async function estimatedLines(path: string): Promise<number | undefined> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(lookedAt), 0, lookedAt, 0)
    const lines = buffer.subarray(0, bytesRead).reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0)
    return lines === 0 ? undefined : Math.round((size * lines) / bytesRead)
  } finally {
    await handle.close()
  }
}
