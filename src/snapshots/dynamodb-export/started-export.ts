import { inTime } from '../../aws/in-time.ts'
import type { DynamoDbClientLike } from '../../aws/dynamodb/reader.ts'
import { isThrottled, unavailable } from '../../aws/dynamodb/service-error.ts'
import { errorName } from '../../aws/error-name.ts'
import { isRecord } from '../../core/objects.ts'
import { SnapshotError, TargetUnavailableError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { exportCallThrough, type ExportCall } from './export-client.ts'

/** An export to be started, checked. */
export interface ExportStart {
  readonly client: DynamoDbClientLike | undefined
  /** Where it is put, and of which time: ExportTableToPointInTime's input without the table. */
  readonly input: object
  readonly pollMs: number
  readonly timeLimitMs: number
  readonly onStarted: ((exportArn: string) => void) | undefined
}

/** Which table, and where time comes from. */
export interface ExportOf {
  readonly tableName: string
  readonly region: string | undefined
  readonly clock: Clock
}

/** How long one answer may take. */
const answerMs = 20_000
/** How often in a row the state of an export may not be told. */
const mostFailures = 5

/**
 * Starts an export and waits until it is finished: gives a value each time that it is not yet, and returns the key of its
 * summary manifest.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
 * @throws SnapshotError for an export that fails, TargetUnavailableError for one that cannot be started or is not finished
 * in time.
 */
export async function* startedExport(
  { client, input, pollMs, timeLimitMs, onStarted }: ExportStart,
  { tableName, region, clock }: ExportOf,
  signal: AbortSignal,
): AsyncGenerator<void, string> {
  const call = timed(exportCallThrough(client, region), clock, signal)
  const endsAt = clock.monotonic() + timeLimitMs
  const exportArn = await begin(call, { ...input, TableArn: await tableArn(call, tableName, signal) }, signal)
  onStarted?.(exportArn)
  for (let failures = 0; ;) {
    const state = await stateOf(call, exportArn, signal)
    if (state.manifest !== undefined) return state.manifest
    failures = state.failed ? failures + 1 : 0
    if (failures > mostFailures) throw unavailable(state.failed, signal)
    if (clock.monotonic() + pollMs > endsAt) throw notInTime(exportArn, timeLimitMs)
    yield
    await clock.sleep(pollMs, signal).catch(() => undefined) // a clock may reject when the signal aborts
    if (signal.aborted) throw new TargetUnavailableError('The time was up before the export was finished.')
  }
}

type TimedCall = (operation: Parameters<ExportCall>[0], input: object) => Promise<unknown>

function timed(call: ExportCall, clock: Clock, signal: AbortSignal): TimedCall {
  return async (operation, input) => {
    const answer = await inTime(clock, answerMs, signal, call(operation, input, signal))
    if (typeof answer !== 'string') return answer.value
    throw new TargetUnavailableError(`DynamoDB did not answer ${operation} within ${answerMs} ms.`)
  }
}

async function tableArn(call: TimedCall, tableName: string, signal: AbortSignal): Promise<string> {
  if (tableName.startsWith('arn:')) return tableName
  const answer = await call('DescribeTable', { TableName: tableName }).catch((error: unknown) => {
    throw unavailable(error, signal)
  })
  const table = isRecord(answer) ? answer['Table'] : undefined
  const arn = isRecord(table) ? table['TableArn'] : undefined
  if (typeof arn === 'string') return arn
  throw new TargetUnavailableError("DynamoDB's answer to DescribeTable has no ARN. Give tableName as an ARN.")
}

async function begin(call: TimedCall, input: object, signal: AbortSignal): Promise<string> {
  let answer
  try {
    answer = await call('ExportTableToPointInTime', input)
  } catch (error) {
    const remedy = remedies[errorName(error)]
    throw remedy === undefined ? unavailable(error, signal) : new SnapshotError(`The export was refused. ${remedy}`)
  }
  const { ExportArn: arn } = described(answer)
  if (typeof arn === 'string') return arn
  throw new TargetUnavailableError("DynamoDB's answer to ExportTableToPointInTime has no ARN.")
}

const remedies: Readonly<Record<string, string>> = {
  PointInTimeRecoveryUnavailableException: 'Switch point-in-time recovery on for the table.',
  InvalidExportTimeException: 'Give a time within the window of point-in-time recovery.',
  ExportConflictException: 'An export of the same token, and of other parameters, is there already.',
  LimitExceededException: 'Too many exports are under way. Wait until one is finished.',
  TableNotFoundException: 'Check tableName, its account and region.',
  ValidationException: 'Check bucket, prefix and times: increments span 15 minutes to 24 hours.',
}

interface ExportState {
  /** The key of the summary manifest, once it is finished. */
  readonly manifest?: string
  /** Why it was not told. */
  readonly failed?: unknown
}

async function stateOf(call: TimedCall, exportArn: string, signal: AbortSignal): Promise<ExportState> {
  let answer
  try {
    answer = await call('DescribeExport', { ExportArn: exportArn })
  } catch (error) {
    if (signal.aborted) throw unavailable(error, signal)
    return isThrottled(error) ? {} : { failed: error }
  }
  const { ExportStatus: status, ExportManifest: manifest, FailureCode: code } = described(answer)
  if (status === 'FAILED') throw failed(exportArn, code)
  return status === 'COMPLETED' && typeof manifest === 'string' ? { manifest } : {}
}

function described(answer: unknown): Readonly<Record<string, unknown>> {
  const description = isRecord(answer) ? answer['ExportDescription'] : undefined
  return isRecord(description) ? description : {}
}

function failed(exportArn: string, code: unknown): SnapshotError {
  const told = typeof code === 'string' && /^[\w.]{1,100}$/.test(code) ? ` (${code})` : ''
  return new SnapshotError(
    `The export ${exportArn} failed${told}. See that DynamoDB may write into the bucket, and use its key. DescribeExport says more.`,
  )
}

function notInTime(exportArn: string, timeLimitMs: number): TargetUnavailableError {
  return new TargetUnavailableError(
    `The export ${exportArn} is not finished after ${timeLimitMs} ms. It goes on: read it later by bucket and prefix.`,
  )
}
