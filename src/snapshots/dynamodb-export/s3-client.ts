import type * as Sdk from '@aws-sdk/client-s3'
import { clientLimits } from '../../aws/client-limits.ts'
import { ConfigError } from '../../errors.ts'

/** Whatever can send the SDK's commands: an `S3Client`, a wrapped one, or a fake. */
export interface S3ClientLike {
  send(command: never, options?: never): Promise<unknown>
}

type Operation = 'GetObject' | 'ListObjectsV2'

/** One request to S3, answered as the SDK does. */
export type S3Call = (operation: Operation, input: object, signal: AbortSignal) => Promise<unknown>

type Send = (command: object, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>

/**
 * Sends through the given client, or through one that is made at the first request. The SDK's package is loaded then: who
 * reads a folder does not need it.
 */
export function s3CallThrough(given: S3ClientLike | undefined): S3Call {
  let client = given
  return async (operation, input, signal) => {
    const sdk = await loadSdk()
    client ??= ownClient(sdk)
    const Command: new (input: never) => object =
      operation === 'GetObject' ? sdk.GetObjectCommand : sdk.ListObjectsV2Command
    const command = new Command(input as never) // the operation and its input come from one place
    // An S3Client of any version: its own type would only admit the one that is installed here.
    return (client as unknown as { readonly send: Send }).send(command, { abortSignal: signal })
  }
}

async function loadSdk(): Promise<typeof Sdk> {
  try {
    return await import('@aws-sdk/client-s3')
  } catch (cause) {
    throw new ConfigError(
      'bucket',
      'needs the package @aws-sdk/client-s3. Install it: npm install @aws-sdk/client-s3',
      {
        cause,
      },
    )
  }
}

function ownClient({ S3Client }: typeof Sdk): Sdk.S3Client {
  return new S3Client({ ...clientLimits, followRegionRedirects: true })
}
