import type { SendMessageBatchCommand, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'

/** What one batch is answered with. */
export type BatchAnswer = (entries: readonly SendMessageBatchRequestEntry[]) => unknown

/** A client that keeps what it was sent. It takes everything unless told otherwise. */
export function fakeSqs(answer: BatchAnswer = takesAll) {
  const batches: SendMessageBatchRequestEntry[][] = []
  const signals: (AbortSignal | undefined)[] = []
  let inFlight = 0
  let mostInFlight = 0
  return {
    batches,
    signals,
    mostInFlight: () => mostInFlight,
    send: async (command: SendMessageBatchCommand, options?: { readonly abortSignal?: AbortSignal }) => {
      const entries = command.input.Entries ?? []
      batches.push(entries)
      signals.push(options?.abortSignal)
      mostInFlight = Math.max(mostInFlight, (inFlight += 1))
      await new Promise((resolve) => setImmediate(resolve))
      inFlight -= 1
      return answer(entries)
    },
  }
}

export const takesAll: BatchAnswer = (entries) => ({
  Successful: entries.map(({ Id: id }) => ({ Id: id })),
  Failed: [],
})

/** Refuses the entries whose body contains the text, under a code and by whose fault; takes the others. */
export function refusing(text: string, code: string, senderFault: boolean): BatchAnswer {
  return (entries) => {
    const refused = entries.filter((entry) => entry.MessageBody?.includes(text))
    return {
      Failed: refused.map(({ Id: id }) => ({ Id: id, Code: code, SenderFault: senderFault, Message: 'no' })),
      Successful: entries.filter((entry) => !refused.includes(entry)).map(({ Id: id }) => ({ Id: id })),
    }
  }
}
