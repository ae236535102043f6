import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { reportHtml, reportJson, reportText, type ReconcileReport } from 'dynamodb-stream-sync'
import { variable } from './environment.ts'

type Report = ReconcileReport<unknown>

const s3 = new S3Client({ maxAttempts: 3 })
const sns = new SNSClient({ maxAttempts: 3 })

/** Where a run's report is kept, without its ending. */
export function reportKey({ runId, startedAt }: Report): string {
  return `reports/${startedAt.toISOString().slice(0, 10).replaceAll('-', '/')}/${runId}`
}

/** Keeps a report: as a page, as JSON, and every drift as a line of JSON. */
export async function keepReport(report: Report, driftFile: string): Promise<string> {
  const key = reportKey(report)
  await put(`${key}.html`, 'text/html; charset=utf-8', reportHtml(report))
  await put(`${key}.json`, 'application/json', reportJson(report))
  await putFile(`${key}.jsonl`, driftFile)
  return key
}

/** Tells the topic's subscribers how a run ended, and where its page is. */
export async function publishSummary(report: Report): Promise<void> {
  const page = `s3://${variable('REPORT_BUCKET')}/${reportKey(report)}.html`
  const Message = `${reportText(report)}\n\n${page}\n`.slice(0, 60_000) // a message may have 256 KiB
  const Subject = `${variable('SERVICE')}: reconcile says ${report.verdict}`.slice(0, 100)
  await sns.send(new PublishCommand({ TopicArn: variable('TOPIC_ARN'), Subject, Message }))
}

export async function put(Key: string, ContentType: string, Body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: variable('REPORT_BUCKET'), Key, ContentType, Body }))
}

export async function putFile(Key: string, file: string): Promise<void> {
  const { size } = await stat(file)
  const type = 'application/x-ndjson'
  if (size === 0) return put(Key, type, '') // a stream of nothing is taken for one of unknown length
  const written = { ContentType: type, ContentLength: size, Body: createReadStream(file) }
  await s3.send(new PutObjectCommand({ Bucket: variable('REPORT_BUCKET'), Key, ...written }))
}

/** What is kept under a key; `undefined`: nothing. */
export async function kept(Key: string): Promise<string | undefined> {
  try {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: variable('REPORT_BUCKET'), Key }))
    return await body?.transformToString()
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    throw error
  }
}
