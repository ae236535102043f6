import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ExportedFiles } from './dynamodb-export.ts'
import { serviceFault } from './fake-dynamodb.ts'

/** One request that the fake was sent. */
export interface SentToS3 {
  readonly operation: string
  readonly key: string
  readonly input: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal | undefined
}

/** What goes wrong with one request: an error, or bytes after which the download breaks off, or nothing comes any more. */
export type S3Fault = Error | { readonly breaksAfter: number } | { readonly silentAfter: number } | undefined

/** A bucket in memory, with ranges and `If-Match`, that keeps what it was sent. A list has two folders at a time. */
export function fakeS3(files: ExportedFiles, fault: (sent: SentToS3, count: number) => S3Fault = () => undefined) {
  const sent: SentToS3[] = []
  return {
    sent,
    send: async (command: { readonly input: object }, options?: { readonly abortSignal?: AbortSignal }) => {
      const operation = command.constructor.name.replace(/Command$/, '')
      const input = { ...command.input } as Readonly<Record<string, string | undefined>>
      const one = { operation, key: input['Key'] ?? '', input, signal: options?.abortSignal }
      const wrong = fault(one, sent.push(one))
      await new Promise((resolve) => setImmediate(resolve))
      if (options?.abortSignal?.aborted) throw serviceFault('AbortError')
      if (wrong instanceof Error) throw wrong
      return operation === 'ListObjectsV2' ? listed(files, input) : object(files, input, wrong)
    },
  }
}

function listed(files: ExportedFiles, input: Readonly<Record<string, string | undefined>>) {
  const { Prefix: prefix = '', ContinuationToken: token = '0' } = input
  const below = [...files.keys()].filter((key) => key.startsWith(prefix))
  const folders = [...new Set(below.map((key) => `${prefix}${key.slice(prefix.length).split('/')[0]!}/`))].sort()
  const from = Number(token)
  return {
    CommonPrefixes: folders.slice(from, from + 2).map((folder) => ({ Prefix: folder })),
    ...(from + 2 < folders.length && { NextContinuationToken: String(from + 2) }),
  }
}

function object(files: ExportedFiles, input: Readonly<Record<string, string | undefined>>, fault: S3Fault) {
  const content = files.get(input['Key'] ?? '')
  if (!content) throw serviceFault('NoSuchKey')
  const etag = `"${createHash('md5').update(content).digest('hex')}"`
  if (input['IfMatch'] !== undefined && input['IfMatch'] !== etag) throw serviceFault('PreconditionFailed')
  const part = content.subarray(Number(/^bytes=(\d+)-$/.exec(input['Range'] ?? 'bytes=0-')![1]))
  return { Body: Readable.from(pieces(part, fault)), ContentLength: part.length, ETag: etag }
}

async function* pieces(content: Buffer, fault: S3Fault) {
  const end =
    fault && 'breaksAfter' in fault ? fault.breaksAfter : fault && 'silentAfter' in fault ? fault.silentAfter : Infinity
  for (let at = 0; at < Math.min(content.length, end); at += 64) {
    await new Promise((resolve) => setImmediate(resolve))
    yield content.subarray(at, Math.min(at + 64, end))
  }
  if (fault && 'silentAfter' in fault) await new Promise(() => undefined)
  if (end < content.length) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
}
