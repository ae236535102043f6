import { SQSClient } from '@aws-sdk/client-sqs'

/** Whatever can send the SDK's commands: an `SQSClient`, a wrapped one, or a fake. */
export interface SqsClientLike {
  send(command: never, options?: never): Promise<unknown>
}

/**
 * A client for the queue's own region, or for the server that the URL names where that is none of AWS. Without time-outs
 * the SDK would wait for ever, and without the last option it would only warn.
 */
export function ownClient(queueUrl: URL, region?: string): SQSClient {
  const own = /^sqs(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(queueUrl.hostname)?.[1]
  const signed = region ?? own
  return new SQSClient({
    ...(own === undefined && { endpoint: queueUrl.origin }),
    ...(signed !== undefined && { region: signed }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  })
}
