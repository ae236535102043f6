import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { TargetUnavailableError } from '../../errors.ts'
import type { CallContext } from '../../ports/target.ts'
import { batchAnswers, type LetterAnswer } from './batch-answers.ts'
import type { SqsDlqSettings } from './check-options.ts'
import type { LetterEntry } from './letter-entry.ts'

type Send = (command: SendMessageBatchCommand, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>

/** Sends one batch. One answer per letter, in order; never rejects. */
export async function sendBatch(
  batch: readonly LetterEntry[],
  { client, queueUrl }: SqsDlqSettings,
  { signal }: CallContext,
): Promise<readonly LetterAnswer[]> {
  const all = (error: Error) => batch.map(() => error)
  if (signal.aborted) return all(new TargetUnavailableError('The time was up before the dead letter was sent to SQS.'))
  const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch.map(({ entry }) => entry) })
  try {
    // An SQSClient of any version: its own type would only admit the one that is installed here.
    const answer = await (client as unknown as { readonly send: Send }).send(command, { abortSignal: signal })
    return batchAnswers(
      batch.map(({ entry }) => entry.Id),
      answer,
    )
  } catch (error) {
    return all(unsent(error))
  }
}

const remedies: Readonly<Record<string, string>> = {
  AccessDenied:
    'Allow sqs:SendMessage on the queue, and kms:GenerateDataKey where it is encrypted with a key of yours.',
  QueueDoesNotExist: 'Check queueUrl, its account and region.',
  CredentialsProviderError: 'Give the process credentials.',
}

function unsent(cause: unknown): Error {
  const name = nameOf(cause)
  const remedy = Object.entries(remedies).find(([start]) => name.startsWith(start))?.[1] ?? 'It may pass.'
  return new TargetUnavailableError(`SQS did not take the dead letter (${name}). ${remedy}`, { cause })
}

/** Its name, or where that says nothing the code of a network error, like ECONNREFUSED. */
function nameOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no error'
  const name = cause.name === 'Error' && 'code' in cause ? cause.code : cause.name
  return typeof name === 'string' && /^[\w.]{1,100}$/.test(name) ? name : 'Error'
}
