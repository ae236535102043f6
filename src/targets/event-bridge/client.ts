import {
  DescribeEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  type DescribeEventBusCommandInput,
  type PutEventsCommandInput,
} from '@aws-sdk/client-eventbridge'
import { clientLimits } from '../../aws/client-limits.ts'

/** Whatever can send the SDK's commands: an `EventBridgeClient`, a wrapped one, or a fake. */
export interface EventBridgeClientLike {
  send(command: never, options?: never): Promise<unknown>
}

/** The requests that the target makes, as the SDK's commands. */
const commands = {
  DescribeEventBus: (input: DescribeEventBusCommandInput) => new DescribeEventBusCommand(input),
  PutEvents: (input: PutEventsCommandInput) => new PutEventsCommand(input),
} as const

type Operation = keyof typeof commands

/** One request, answered as the SDK does. */
export type Call = <Name extends Operation>(
  operation: Name,
  input: Parameters<(typeof commands)[Name]>[0],
  signal: AbortSignal,
) => Promise<unknown>

type Send = (command: object, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>

/** Sends through the given client, or through one that is made at the first request. */
export function callThrough(given: EventBridgeClientLike | undefined, region: string | undefined): Call {
  let client = given
  return (operation, input, signal) => {
    client ??= ownClient(region)
    const command = commands[operation](input as never) // an operation and its input go together by the type of Call
    // An EventBridgeClient of any version: its own type would only admit the one that is installed here.
    return (client as unknown as { readonly send: Send }).send(command, { abortSignal: signal })
  }
}

/** A client with the limits of all that the adapters make. */
export function ownClient(region: string | undefined): EventBridgeClient {
  return new EventBridgeClient({ ...clientLimits, ...(region !== undefined && { region }) })
}
