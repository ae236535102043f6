import type { ItemKey } from 'dynamodb-stream-sync'
import { keyText } from '../../src/core/key.ts'
import { type AttributeMap, marshalImage } from '../../src/core/marshal.ts'

/** One request that the fake was sent: the operation without `Command`, and its input. */
export interface Sent {
  readonly operation: string
  // The inputs of several operations, looked into by tests.
  readonly input: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal | undefined
}

/** A client that keeps what it was sent and answers as told; what is thrown, or returned as an Error, is thrown. */
export function fakeDynamoDb(answer: (sent: Sent, count: number) => unknown) {
  const sent: Sent[] = []
  return {
    sent,
    send: async (command: { readonly input: object }, options?: { readonly abortSignal?: AbortSignal }) => {
      const operation = command.constructor.name.replace(/Command$/, '')
      const one: Sent = { operation, input: { ...command.input }, signal: options?.abortSignal }
      const count = sent.push(one)
      await new Promise((resolve) => setImmediate(resolve))
      const answered = answer(one, count)
      if (answered instanceof Error) throw answered
      return answered
    },
  }
}

/** The keys of a BatchGetItem, in DynamoDB JSON. */
export function keysOf({ input }: Sent): readonly AttributeMap[] {
  const [request] = Object.values(input['RequestItems'] as Readonly<Record<string, { Keys: readonly AttributeMap[] }>>)
  return request!.Keys
}

/** An answer to BatchGetItem for the table `stock`. */
export function batchAnswer(rows: readonly AttributeMap[], unprocessed: readonly AttributeMap[] = []) {
  return {
    Responses: { stock: rows },
    UnprocessedKeys: unprocessed.length > 0 ? { stock: { Keys: unprocessed, ConsistentRead: true } } : {},
  }
}

/** An error as the SDK throws it. */
export function serviceFault(name: string, more: object = {}): Error {
  return Object.assign(new Error('in the words of the service'), { name }, more)
}

export function itemKeyOf(keyAttributes: ItemKey['keyAttributes']): ItemKey {
  return { key: keyText(Object.keys(keyAttributes), keyAttributes), keyAttributes }
}

export const marshalled = marshalImage
