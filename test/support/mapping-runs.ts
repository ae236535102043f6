import type { InvocationContext } from 'dynamodb-stream-sync'
import {
  eventSourceMapping,
  type MappedEvent,
  type MappingOptions,
  type OnFailurePointer,
} from '../../src/testing/event-source-mapping.ts'
import { numbersOf, succeeding } from './mapped-records.ts'
import { runningClock } from './running-clock.ts'

export type Handler = (event: MappedEvent, context?: InvocationContext) => unknown

/** Runs records through a handler; answers with the sequence numbers of each invocation, the events and the pointers. */
export async function deliver(
  records: MappedEvent['Records'],
  handler: Handler,
  options: Partial<MappingOptions> = {},
) {
  const invocations: (readonly string[])[] = []
  const events: MappedEvent[] = []
  const pointers: OnFailurePointer[] = []
  await eventSourceMapping({
    clock: runningClock(),
    onFailure: (pointer) => void pointers.push(pointer),
    ...options,
    records,
    handler: async (event, context) => {
      invocations.push(numbersOf(event))
      events.push(structuredClone(event))
      return handler(event, context)
    },
  }).run()
  return { invocations, events, pointers }
}

export const throwing: Handler = () => {
  throw new Error('the handler is broken')
}

/** Throws whenever one of these is in the batch. */
export function poisonedBy(...sequenceNumbers: readonly string[]): Handler {
  return (event) => (numbersOf(event).some((number) => sequenceNumbers.includes(number)) ? throwing(event) : succeeding)
}

/** Takes these handlers one after the other, then succeeds. */
export function inTurn(...handlers: readonly Handler[]): Handler {
  let calls = 0
  return (event, context) => (handlers[calls++] ?? (() => succeeding))(event, context)
}

/** Why, after how many invocations, and what was given up. */
export function givenUp(pointers: readonly OnFailurePointer[]) {
  return pointers.map(({ requestContext, DDBStreamBatchInfo: batch }) => [
    requestContext.condition,
    requestContext.approximateInvokeCount,
    batch.startSequenceNumber,
    batch.endSequenceNumber,
    batch.batchSize,
  ])
}
