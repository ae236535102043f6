import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'
import { errorName } from '../error-name.ts'
import { batchAnswers, type SendAnswer } from './batch-answers.ts'
import type { LetterEntry } from './letter-entry.ts'
import type { LetterQueue } from './letter-sender.ts'

type Send = (command: SendMessageBatchCommand, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>

/**
 * Sends one batch, in halves where SQS finds it too long: a queue may hold less than SQS does. One answer per letter, in
 * order; never rejects.
 */
export async function sendBatch(
  batch: readonly LetterEntry[],
  queue: LetterQueue,
  signal: AbortSignal,
): Promise<readonly SendAnswer[]> {
  const { client, queueUrl, noun } = queue
  const all = (error: Error) => batch.map(() => error)
  if (signal.aborted) return all(new TargetUnavailableError(`The time was up before the ${noun} was sent to SQS.`))
  const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch.map(({ entry }) => entry) })
  try {
    // An SQSClient of any version: its own type would only admit the one that is installed here.
    const answer = await (client as unknown as { readonly send: Send }).send(command, { abortSignal: signal })
    const ids = batch.map(({ entry }) => entry.Id)
    return batchAnswers(ids, answer, noun)
  } catch (error) {
    if (!errorName(error).endsWith('BatchRequestTooLong')) return all(unsent(error, noun))
    if (batch.length === 1) return all(new TargetRejectedError(`SQS finds the ${noun} too long. ${queue.remedy}`))
    const half = Math.ceil(batch.length / 2)
    const first = await sendBatch(batch.slice(0, half), queue, signal)
    return [...first, ...(await sendBatch(batch.slice(half), queue, signal))]
  }
}

const remedies: Readonly<Record<string, string>> = {
  AccessDenied:
    'Allow sqs:SendMessage on the queue, and kms:GenerateDataKey where it is encrypted with a key of yours.',
  QueueDoesNotExist: 'Check queueUrl, its account and region.',
  CredentialsProviderError: 'Give the process credentials.',
}

function unsent(cause: unknown, noun: string): Error {
  const name = errorName(cause)
  const remedy = Object.entries(remedies).find(([start]) => name.startsWith(start))?.[1] ?? 'It may pass.'
  return new TargetUnavailableError(`SQS did not take the ${noun} (${name}). ${remedy}`, { cause })
}
