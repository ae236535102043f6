import { SQSClient } from '@aws-sdk/client-sqs'
import { clientLimits } from '../client-limits.ts'

/** Whatever can send the SDK's commands: an `SQSClient`, a wrapped one, or a fake. */
export interface SqsClientLike {
  send(command: never, options?: never): Promise<unknown>
}

/** A client for the queue's own region, or for the server that the URL names where that is none of AWS. */
export function ownClient(queueUrl: URL, region?: string): SQSClient {
  const own = /^sqs(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.exec(queueUrl.hostname)?.[1]
  const signed = region ?? own
  return new SQSClient({
    ...clientLimits,
    ...(own === undefined && { endpoint: queueUrl.origin }),
    ...(signed !== undefined && { region: signed }),
  })
}
