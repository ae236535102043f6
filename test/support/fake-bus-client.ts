import { DescribeEventBusCommand, type PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'

/** What one call of PutEvents is answered with. */
export type PutAnswers = (entries: readonly PutEventsRequestEntry[], signal: AbortSignal | undefined) => unknown

/** A client that keeps what it was sent. The bus is there and takes everything unless told otherwise. */
export function fakeBusClient(answer: PutAnswers = takesEvents, described: () => unknown = () => ({ Name: 'stock' })) {
  const batches: (readonly PutEventsRequestEntry[])[] = []
  const signals: (AbortSignal | undefined)[] = []
  const looks: string[] = []
  return {
    batches,
    signals,
    looks,
    send: async (
      command: DescribeEventBusCommand | PutEventsCommand,
      options?: { readonly abortSignal?: AbortSignal },
    ) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (command instanceof DescribeEventBusCommand) {
        looks.push(command.input.Name ?? '')
        return described()
      }
      const entries = command.input.Entries ?? []
      batches.push(entries)
      signals.push(options?.abortSignal)
      return answer(entries, options?.abortSignal)
    },
  }
}

export const takesEvents: PutAnswers = (entries) => ({
  FailedEntryCount: 0,
  Entries: entries.map((_, index) => ({ EventId: `event-${index}` })),
})
