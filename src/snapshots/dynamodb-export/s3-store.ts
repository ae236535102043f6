import { posix } from 'node:path'
import { inTime } from '../../aws/in-time.ts'
import { isRecord } from '../../core/objects.ts'
import { TargetUnavailableError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { objectChunks } from './object-chunks.ts'
import type { S3Call } from './s3-client.ts'
import { isMissing, s3Error } from './s3-error.ts'
import type { ExportStore, StoredFile } from './store.ts'

/** How a bucket is read. */
export interface S3Reading {
  readonly call: S3Call
  readonly bucket: string
  /** How long S3 may be silent, in milliseconds. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** From 0 to below 1. */
  readonly random: () => number
}

/** An object as S3 begins to give it, from some byte on. */
export interface OpenObject {
  readonly body: AsyncIterable<Uint8Array>
  /** What is left of it, from that byte on. */
  readonly bytes: number
  readonly etag: string | undefined
}

/** An export in a bucket, in the folder of its summary manifest. */
export function s3Store(reading: S3Reading, manifest: string): ExportStore {
  const keyOf = (name: string) => posix.join(posix.dirname(manifest), name)
  const shown = (name: string) => `s3://${reading.bucket}/${keyOf(name)}`
  return {
    shown,
    async open(name, signal): Promise<StoredFile | undefined> {
      const stop = new AbortController()
      const either = AbortSignal.any([signal, stop.signal])
      const input = { Bucket: reading.bucket, Key: keyOf(name) }
      try {
        const first = await openObject(reading, input, shown(name), either)
        const chunks = objectChunks({ reading, input, shown: shown(name), first, signal: either })
        return { bytes: first.bytes, chunks, close: async () => stop.abort() }
      } catch (error) {
        if (isMissing(error)) return undefined
        throw s3Error(error, shown(name))
      }
    },
  }
}

/** Throws the client's own error. */
export async function openObject(
  { call, clock, timeoutMs }: S3Reading,
  input: object,
  shown: string,
  signal: AbortSignal,
): Promise<OpenObject> {
  const answer = await inTime(clock, timeoutMs, signal, call('GetObject', input, signal))
  if (typeof answer === 'string') throw silent(shown, timeoutMs)
  const { Body: body, ContentLength: bytes, ETag: etag } = isRecord(answer.value) ? answer.value : {}
  if (!isIterable(body) || typeof bytes !== 'number')
    throw new TargetUnavailableError(`S3's answer makes no sense: ${shown} has no content, or no length.`)
  return { body, bytes, etag: typeof etag === 'string' ? etag : undefined }
}

export function silent(shown: string, timeoutMs: number): TargetUnavailableError {
  return new TargetUnavailableError(`S3 was silent for ${timeoutMs} ms while ${shown} was read.`)
}

function isIterable(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
