import { decodeImage } from '../../core/attribute-value.ts'
import { keyText, type KeyAttribute } from '../../core/key.ts'
import { marshalImage, type AttributeMap } from '../../core/marshal.ts'
import { isRecord } from '../../core/objects.ts'
import { isSyncError, TargetUnavailableError } from '../../errors.ts'
import { garbage, pause, type TableReader } from './reader.ts'
import { isThrottled, unavailable } from './service-error.ts'

/** BatchGetItem takes 100 keys. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const chunkSize = 100
const concurrency = 4

type Key = Readonly<Record<string, KeyAttribute>>

/** A row that the table holds, in DynamoDB JSON, and the text of the key that it was asked by. */
export interface FoundRow {
  readonly text: string
  readonly row: AttributeMap
}

/** The text by which rows and keys are matched, whatever form their numbers have. */
export function rowText(names: readonly string[], row: object): string {
  const key = Object.fromEntries(names.map((name) => [name, (row as AttributeMap)[name]]))
  return keyText(names, decodeImage(key))
}

/**
 * Reads the rows of these keys, strongly consistent, in chunks of 100, four at a time. What stays unprocessed or is
 * throttled is asked for again, with growing pauses, until the signal aborts. A key without a row is one that the table
 * does not hold.
 *
 * @throws TargetUnavailableError when any key could not be answered: gone and unknown are not the same.
 */
export async function readRows(
  reader: TableReader,
  keys: readonly Key[],
  given: AbortSignal,
): Promise<readonly FoundRow[]> {
  const names = Object.keys(keys[0] ?? {})
  const asked = new Map(keys.map((key) => [keyText(names, key), marshalImage(key)]))
  const waiting = [...asked.keys()]
  const found: FoundRow[] = []
  const failure = new AbortController()
  const signal = AbortSignal.any([given, failure.signal])
  const work = async () => {
    for (let round = 0; waiting.length > 0;) {
      if (signal.aborted) throw unanswered(waiting.length)
      const texts = waiting.splice(0, chunkSize)
      const { rows, unprocessed } = await ask(reader, names, texts, asked, signal)
      found.push(...rows)
      if (unprocessed.length === 0) continue
      round = unprocessed.length < texts.length ? 0 : round + 1
      await pause(reader, round, signal)
      waiting.push(...unprocessed)
    }
  }
  try {
    await Promise.all(Array.from({ length: concurrency }, work))
    return found
  } catch (error) {
    failure.abort() // the other workers stop
    throw error
  }
}

interface Answer {
  readonly rows: readonly FoundRow[]
  readonly unprocessed: readonly string[]
}

async function ask(
  reader: TableReader,
  names: readonly string[],
  texts: readonly string[],
  asked: ReadonlyMap<string, AttributeMap>,
  signal: AbortSignal,
): Promise<Answer> {
  const request = { Keys: texts.map((text) => asked.get(text)), ConsistentRead: true }
  try {
    const answer = await reader.call('BatchGetItem', { RequestItems: { [reader.tableName]: request } }, signal)
    return understood(answer, names, new Set(texts))
  } catch (error) {
    if (isThrottled(error) && !signal.aborted) return { rows: [], unprocessed: texts }
    throw unavailable(error, signal)
  }
}

/** One table was asked, so that the answer has one entry, whether it goes by name or by ARN. */
function understood(answer: unknown, names: readonly string[], texts: ReadonlySet<string>): Answer {
  if (!isRecord(answer)) throw garbage('BatchGetItem', 'it is no object')
  const { Responses: responses, UnprocessedKeys: unprocessed } = answer
  const open = isRecord(unprocessed) ? Object.values(unprocessed)[0] : undefined
  const openKeys = isRecord(open) ? open['Keys'] : []
  const rows = isRecord(responses) ? (Object.values(responses)[0] ?? []) : undefined
  if (!Array.isArray(rows) || !Array.isArray(openKeys)) throw garbage('BatchGetItem', 'it has no rows')
  const textOf = (row: unknown) => {
    const text = known(names, row)
    if (text === undefined || !texts.has(text)) throw garbage('BatchGetItem', 'it holds a row that was not asked for')
    return text
  }
  return {
    rows: rows.map((row: unknown) => ({ text: textOf(row), row: row as AttributeMap })),
    unprocessed: openKeys.map(textOf),
  }
}

function known(names: readonly string[], row: unknown): string | undefined {
  try {
    return isRecord(row) ? rowText(names, row) : undefined
  } catch (error) {
    if (isSyncError(error, 'RECORD_UNDECODABLE')) return undefined
    throw error
  }
}

function unanswered(count: number): TargetUnavailableError {
  return new TargetUnavailableError(`The time was up before DynamoDB had answered for ${count} keys.`)
}
