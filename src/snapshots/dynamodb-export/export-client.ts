import type * as Sdk from '@aws-sdk/client-dynamodb'
import { clientLimits } from '../../aws/client-limits.ts'
import type { DynamoDbClientLike } from '../../aws/dynamodb/reader.ts'
import { ConfigError } from '../../errors.ts'

type Operation = 'DescribeTable' | 'ExportTableToPointInTime' | 'DescribeExport'

/** One request to DynamoDB, answered as the SDK does. */
export type ExportCall = (operation: Operation, input: object, signal: AbortSignal) => Promise<unknown>

type Send = (command: object, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>

/** As `s3CallThrough`: the SDK's package is loaded at the first request, for most exports are only read. */
export function exportCallThrough(given: DynamoDbClientLike | undefined, region: string | undefined): ExportCall {
  let client = given
  return async (operation, input, signal) => {
    const sdk = await loadSdk()
    client ??= ownClient(sdk, region)
    const commands: Readonly<Record<Operation, new (input: never) => object>> = {
      DescribeTable: sdk.DescribeTableCommand,
      ExportTableToPointInTime: sdk.ExportTableToPointInTimeCommand,
      DescribeExport: sdk.DescribeExportCommand,
    }
    const command = new commands[operation](input as never) // the operation and its input come from one place
    // A DynamoDBClient of any version: its own type would only admit the one that is installed here.
    return (client as unknown as { readonly send: Send }).send(command, { abortSignal: signal })
  }
}

async function loadSdk(): Promise<typeof Sdk> {
  try {
    return await import('@aws-sdk/client-dynamodb')
  } catch (cause) {
    throw new ConfigError(
      'start',
      'needs the package @aws-sdk/client-dynamodb. Install it: npm install @aws-sdk/client-dynamodb',
      { cause },
    )
  }
}

function ownClient({ DynamoDBClient }: typeof Sdk, region: string | undefined): Sdk.DynamoDBClient {
  return new DynamoDBClient({ ...clientLimits, ...(region !== undefined && { region }) })
}
