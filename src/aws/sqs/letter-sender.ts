import pLimit from 'p-limit'
import type { DeadLetter } from '../../core/dead-letter.ts'
import { packed } from '../pack.ts'
import type { SendAnswer } from './batch-answers.ts'
import { largestMessage } from './check-options.ts'
import type { SqsClientLike } from './client.ts'
import { letterEntry, type LetterEntry } from './letter-entry.ts'
import { sendBatch } from './send-batch.ts'

/** A queue that takes letters, and in which form it takes them. */
export interface LetterQueue {
  readonly queueUrl: string
  readonly fifo: boolean
  readonly client: SqsClientLike
  readonly maxMessageBytes: number
  /** Batches in flight. */
  readonly concurrency: number
  /** What a letter is called in errors. */
  readonly noun: 'dead letter' | 'change'
  /** What to send instead of a letter that is too large, the next best first. */
  readonly shorter: readonly ((letter: DeadLetter) => DeadLetter | undefined)[]
  /** What the last of these forms goes without. */
  readonly spared: 'old image' | 'images'
  /** What to do about a letter that is too large in every form. */
  readonly remedy: string
}

/** SQS takes 10 messages and 1 MiB in one call. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const limits = { entries: 10, bytes: largestMessage }

/** Makes what sends letters in batches. One answer per letter, in order; it never rejects. */
export function letterSender(
  queue: LetterQueue,
): (letters: readonly DeadLetter[], signal: AbortSignal) => Promise<readonly SendAnswer[]> {
  const limit = pLimit(queue.concurrency)
  return async (letters, signal) => {
    const entries = letters.map((letter, index) => letterEntry(letter, index, queue))
    const batches = packed(entries.filter(isEntry), limits)
    const sent = await Promise.all(batches.map((batch) => limit(() => sendBatch(batch, queue, signal))))
    const answers = sent.flat()[Symbol.iterator]() // as many as there are entries, and in their order
    return entries.map((entry) => (entry instanceof Error ? entry : (answers.next().value as SendAnswer)))
  }
}

function isEntry(entry: LetterEntry | Error): entry is LetterEntry {
  return !(entry instanceof Error)
}
