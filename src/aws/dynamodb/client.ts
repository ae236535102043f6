import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { clientLimits } from '../client-limits.ts'
import type { DynamoDbClientLike } from './reader.ts'

type Operation = 'BatchGetItem' | 'DeleteItem' | 'GetItem' | 'PutItem' | 'Scan'

const commands: Readonly<Record<Operation, new (input: never) => object>> = {
  BatchGetItem: BatchGetItemCommand,
  DeleteItem: DeleteItemCommand,
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  Scan: ScanCommand,
}

/** One request, answered as the SDK does. */
export type Call = (operation: Operation, input: object, signal: AbortSignal) => Promise<unknown>

type Send = (command: object, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>

/** Sends through the given client, or through one that is made at the first request. */
export function callThrough(given: DynamoDbClientLike | undefined, region: string | undefined): Call {
  let client = given
  return (operation, input, signal) => {
    client ??= ownClient(region)
    const command = new commands[operation](input as never) // the operation and its input come from one place
    // A DynamoDBClient of any version: its own type would only admit the one that is installed here.
    return (client as unknown as { readonly send: Send }).send(command, { abortSignal: signal })
  }
}

function ownClient(region: string | undefined): DynamoDBClient {
  return new DynamoDBClient({ ...clientLimits, ...(region !== undefined && { region }) })
}
