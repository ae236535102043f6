import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startFauxqs } from 'fauxqs'
import { marshalImage } from '../../src/core/marshal.ts'

/** The files of an export, by their keys below its prefix. */
export type ExportedFiles = Map<string, Buffer>

/** A change of one item, as an incremental export has it. */
export interface ExportedChange {
  readonly keys: object
  /** None: a removal. */
  readonly newImage?: object
  readonly oldImage?: object
  /** Microseconds since 1970. Default: some time. */
  readonly writtenAt?: number
}

export interface ExportOptions {
  readonly tableName?: string
  /** The export's own folder. Default `01768385930622-efd1a093`. */
  readonly id?: string
  readonly prefix?: string
  /** Among how many data files the rows are dealt. Default 3, of which the last is empty. */
  readonly files?: number
  /** What the summary says instead. */
  readonly summary?: object
}

export const exportTime = new Date('2026-01-14T10:18:50.622Z')
const defaultId = '01768385930622-efd1a093'
const account = 'arn:aws:dynamodb:eu-north-1:123456789012'

/** A full export as DynamoDB lays it out: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html */
export function fullExport(items: readonly object[], options: ExportOptions = {}): ExportedFiles {
  const { id = defaultId } = options
  const lines = items.map((item) => JSON.stringify({ Item: dynamoDbJson(item) }))
  const summary = { version: '2020-06-30', exportTime: exportTime.toISOString() }
  return laidOut(lines, `AWSDynamoDB/${id}/data/`, summary, {}, options)
}

/** An incremental export: its data files lie beside the folders of all exports. */
export function incrementalExport(changes: readonly ExportedChange[], options: ExportOptions = {}): ExportedFiles {
  const lines = changes.map(({ keys, newImage, oldImage, writtenAt = 1_768_386_000_000_000 }) =>
    JSON.stringify({
      Metadata: { WriteTimestampMicros: { N: String(writtenAt) } },
      Keys: dynamoDbJson(keys),
      ...(newImage && { NewImage: dynamoDbJson(newImage) }),
      ...(oldImage && { OldImage: dynamoDbJson(oldImage) }),
    }),
  )
  const head = {
    version: '2023-08-01',
    exportFromTime: '2026-01-14T10:20:00.000Z',
    exportToTime: '2026-01-14T10:35:00.000Z',
  }
  const tail = { outputView: 'NEW_AND_OLD_IMAGES', exportType: 'INCREMENTAL_EXPORT' }
  return laidOut(lines, 'AWSDynamoDB/data/', head, tail, options)
}

function laidOut(
  lines: readonly string[],
  dataFolder: string,
  head: object,
  tail: object,
  { tableName = 'inventory', id = defaultId, prefix, files = 3, summary = {} }: ExportOptions,
): ExportedFiles {
  const before = prefix === undefined ? '' : `${prefix}/`
  const home = `AWSDynamoDB/${id}/`
  const exported: ExportedFiles = new Map([[`${before}${home}_started`, Buffer.alloc(0)]])
  const manifest: object[] = []
  for (let file = 0; file < files; file++) {
    const own =
      file === files - 1 && files > 1 ? [] : lines.filter((_, index) => index % Math.max(1, files - 1) === file)
    const content = gzipped(own.map((line) => `${line}\n`).join(''))
    const key = `${before}${dataFolder}${createHash('sha1').update(`${id}${file}`).digest('hex').slice(0, 26)}.json.gz`
    exported.set(key, content)
    manifest.push({ itemCount: own.length, md5Checksum: md5(content), etag: etag(content), dataFileS3Key: key })
  }
  const arn = `${account}:table/${tableName}`
  const times = { startTime: '2026-01-14T10:18:50.622Z', endTime: '2026-01-14T10:24:58.984Z' }
  const destination = { s3Bucket: 'exports', s3Prefix: prefix ?? null, s3SseAlgorithm: 'AES256', s3SseKmsKeyId: null }
  setManifest(exported, `${before}${home}manifest-files`, manifest.map((file) => `${JSON.stringify(file)}\n`).join(''))
  setManifest(
    exported,
    `${before}${home}manifest-summary`,
    JSON.stringify({
      ...{ exportArn: `${arn}/export/${id}`, ...times, tableArn: arn, tableId: 'cf263806-6bf1-4e51-a242-7067dcdecc72' },
      ...{ ...head, ...destination, manifestFilesS3Key: `${before}${home}manifest-files.json` },
      ...{ billedSizeBytes: 0, itemCount: lines.length, outputFormat: 'DYNAMODB_JSON', ...tail, ...summary },
    }),
  )
  return exported
}

/** A manifest with the checksum that belongs to it. */
export function setManifest(files: ExportedFiles, name: string, text: string): void {
  files.set(`${name}.json`, Buffer.from(text))
  files.set(`${name}.md5`, Buffer.from(md5(Buffer.from(text))))
}

/** Puts other content into a data file, and corrects the manifest's checksum and, if told, its count. */
export function setDataFile(files: ExportedFiles, index: number, content: Buffer, items?: number): string {
  const name = [...files.keys()].find((key) => key.endsWith('/manifest-files.json'))!.slice(0, -'.json'.length)
  const lines = files.get(`${name}.json`)!.toString().trim().split('\n')
  const file = JSON.parse(lines[index]!) as { itemCount: number; dataFileS3Key: string }
  files.set(file.dataFileS3Key, content)
  const changed = { ...file, itemCount: items ?? file.itemCount, md5Checksum: md5(content), etag: etag(content) }
  lines[index] = JSON.stringify(changed)
  setManifest(files, name, lines.map((line) => `${line}\n`).join(''))
  return file.dataFileS3Key
}

/** As DynamoDB packs: it does not tell on which system. */
export function gzipped(text: string): Buffer {
  const content = gzipSync(text)
  content[9] = 255
  return content
}

export async function writeExport(files: ExportedFiles, folder: string): Promise<void> {
  for (const [key, content] of files) {
    await mkdir(dirname(join(folder, key)), { recursive: true })
    await writeFile(join(folder, key), content)
  }
}

/** A real S3 server in this process, on a free port. */
export interface S3Server {
  readonly client: S3Client
  readonly endpoint: string
  readonly bucketOf: (files: ExportedFiles) => Promise<string>
  readonly put: (bucket: string, files: ExportedFiles) => Promise<void>
  readonly stop: () => Promise<void>
}

export async function startS3(): Promise<S3Server> {
  const server = await startFauxqs({ port: 0, logger: false })
  const endpoint = `http://127.0.0.1:${server.port}`
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  })
  let buckets = 0
  const put = async (bucket: string, files: ExportedFiles) => {
    for (const [key, content] of files)
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }))
  }
  return {
    client,
    endpoint,
    put,
    async bucketOf(files) {
      const bucket = `exports-${(buckets += 1)}`
      await client.send(new CreateBucketCommand({ Bucket: bucket }))
      await put(bucket, files)
      return bucket
    },
    stop: async () => {
      client.destroy()
      await server.stop()
    },
  }
}

function md5(content: Buffer): string {
  return createHash('md5').update(content).digest('base64')
}

/** Of an object that was put in one part of several. */
function etag(content: Buffer): string {
  const part = createHash('md5').update(content).digest()
  return `${createHash('md5').update(part).digest('hex')}-1`
}

/** Bytes as base64, as JSON has them. */
function dynamoDbJson(item: object): object {
  const text = JSON.stringify(marshalImage(item), (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  )
  return JSON.parse(text) as object
}
