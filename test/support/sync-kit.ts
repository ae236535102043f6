import type {
  ApplyResult,
  BatchResponse,
  BatchTarget,
  CallContext,
  Change,
  Clock,
  DeadLetter,
  DlqSink,
  InventoryItem,
  Logger,
  QueueEvent,
  SingleTarget,
  SnapshotEntry,
  SourceTable,
  StreamRecord,
} from 'dynamodb-stream-sync'
import type { ManualClock, RecordOptions } from 'dynamodb-stream-sync/testing'
import { encodeDeadLetter } from '../../src/core/dead-letter.ts'

/** A sequence number as streams give it: 21 digits, growing with `n`. */
export function sequence(n: number): string {
  return String(100_000_000_000_000_000_000n + BigInt(n))
}

/** The insertion of an item, numbered `n` in the stream. */
export function insert(sku: string, quantity: number, n: number, more: object = {}): RecordOptions {
  return { newImage: { sku, quantity, ...more }, sequenceNumber: sequence(n) }
}

/** A removal, numbered `n` in the stream. */
export function remove(sku: string, quantity: number, n: number, more: object = {}): RecordOptions {
  return { oldImage: { sku, quantity, ...more }, sequenceNumber: sequence(n) }
}

/** A write over an older state, numbered `n` in the stream. */
export function modify(before: object, after: object, n: number): RecordOptions {
  return { oldImage: before, newImage: after, sequenceNumber: sequence(n) }
}

/** `count` insertions of as many items, numbered from 0. */
export function inserts(count: number): RecordOptions[] {
  return Array.from({ length: count }, (_, n) => insert(`sku-${n}`, n, n))
}

export function failedOf({ batchItemFailures }: BatchResponse): readonly string[] {
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
}

/** Lambda's context, with this much time from now on. */
export function contextFor(clock: Clock, ms: number) {
  const end = clock.monotonic() + ms
  return { getRemainingTimeInMillis: () => end - clock.monotonic() }
}

/** What a fake does with one call. */
export type Script = (change: Change<InventoryItem>, context: CallContext, call: number) => unknown

/** A warehouse that answers what a test tells it to, and remembers what it was asked. */
export function scriptedTarget(
  script: Script = () => 'applied',
  guarded = true,
): SingleTarget<InventoryItem> & { readonly calls: Change<InventoryItem>[]; readonly contexts: CallContext[] } {
  const calls: Change<InventoryItem>[] = []
  const contexts: CallContext[] = []
  return {
    guarded,
    calls,
    contexts,
    apply: async (change, context) => {
      calls.push(change)
      contexts.push(context)
      return script(change, context, calls.length) as Promise<ApplyResult> // also what no target should answer
    },
  }
}

/** The same in batches. */
export function scriptedBatches(
  script: (changes: readonly Change<InventoryItem>[], call: number) => unknown,
  batchSize = 100,
): BatchTarget<InventoryItem> & { readonly calls: (readonly string[])[] } {
  const calls: (readonly string[])[] = []
  return {
    guarded: true,
    batchSize,
    calls,
    applyBatch: async (changes) => {
      calls.push(changes.map(({ key }) => key))
      return script(changes, calls.length) as Promise<ApplyResult[]> // also what no target should answer
    },
  }
}

/** A sink that answers what a test tells it to. */
export function scriptedDlq(
  script: (letters: readonly DeadLetter[], call: number) => unknown,
): DlqSink & { readonly calls: (readonly DeadLetter[])[] } {
  const calls: (readonly DeadLetter[])[] = []
  return {
    calls,
    send: async (letters) => {
      calls.push(letters)
      return script(letters, calls.length) as Promise<'parked'[]> // also what no sink should answer
    },
  }
}

/** A logger that keeps its lines: level, message, fields. */
export function keptLines(): {
  readonly lines: [level: string, message: string, fields: object][]
  readonly logger: Logger
} {
  const lines: [string, string, object][] = []
  const level = (name: string) => (message: string, fields: object) => void lines.push([name, message, fields])
  return { lines, logger: { info: level('info'), warn: level('warn'), error: level('error') } }
}

/** Never answers, whatever its signal says. */
export function never(): Promise<never> {
  return new Promise(() => undefined)
}

/** A clock that counts the timers which still wait. */
export function countingClock(clock: ManualClock): ManualClock & { readonly waiting: () => number } {
  let waiting = 0
  return {
    ...clock,
    waiting: () => waiting,
    sleep: async (ms, signal) => {
      waiting++
      await clock.sleep(ms, signal)
      waiting--
    },
  }
}

/** A source table of these rows; `read` may be told to fail. */
export function tableOf(
  rows: readonly object[],
  read?: SourceTable['read'],
): SourceTable & { readonly reads: string[][] } {
  const reads: string[][] = []
  return {
    reads,
    read: async (keys, context) => {
      reads.push(keys.map(({ key }) => key))
      if (read) return read(keys, context)
      return rows
        .map((row) => ({ item: row }) as SnapshotEntry)
        .filter(({ item }) => keys.some((one) => one.key === item['sku']))
    },
    snapshot: () => {
      throw new Error('These tests take no snapshot.')
    },
  }
}

/** Letters as an SQS event; message ids are m1, m2 … */
export function queueEvent(letters: readonly (DeadLetter | string)[], groups: readonly string[] = []): QueueEvent {
  return {
    Records: letters.map((letter, index) => {
      const group = groups[index]
      return {
        messageId: `m${index + 1}`,
        body: typeof letter === 'string' ? letter : encodeDeadLetter(letter),
        ...(group !== undefined && { attributes: { MessageGroupId: group } }),
      }
    }),
  }
}

/** The version that a record of the testing kit gets. */
export function versionOf(record: StreamRecord, epoch = 0): string {
  const label = record.eventSourceARN?.split('/').at(-1) ?? ''
  return `${String(epoch).padStart(6, '0')}/${label}/${(record.dynamodb?.SequenceNumber ?? '').padStart(40, '0')}`
}

/** The letter of a delivery that was given up. */
export function letterOf(record: StreamRecord, target = 'west', facts: object = {}): DeadLetter {
  const sku = (record.dynamodb?.Keys as { sku: { S: string } }).sku.S
  return {
    id: `letter-${record.dynamodb?.SequenceNumber ?? ''}`,
    type: 'delivery',
    target,
    key: sku,
    version: versionOf(record),
    change: record.eventName === 'REMOVE' ? 'removal' : 'upsert',
    code: 'TARGET_UNAVAILABLE',
    reason: 'The warehouse did not answer.',
    attempts: 3,
    failedAt: new Date('2026-03-01T10:00:00Z'),
    record,
    ...facts,
  }
}
