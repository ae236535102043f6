import { ConfigError } from '../../errors.ts'
import { systemClock } from '../../system-clock.ts'
import { checkOptions } from './check-options.ts'
import type { EventSourceMappingOptions, MappingOptions } from './options.ts'

type Chosen = 'partitionKey' | 'onFailure' | 'onInvocation' | 'signal'

/** The options with their defaults. */
export type MappingSettings = {
  readonly [Name in Exclude<keyof MappingOptions, Chosen | 'random'>]-?: NonNullable<MappingOptions[Name]>
} & Pick<MappingOptions, Chosen> & { readonly newRequestId: () => string }

const defaults = {
  batchSize: 100,
  maximumBatchingWindowInSeconds: 0,
  parallelizationFactor: 1,
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: -1,
  bisectBatchOnFunctionError: false,
  reportBatchItemFailures: true,
  timeoutMs: 30_000,
  retryDelayMs: 100,
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:handler',
  clock: systemClock,
}

/** @throws ConfigError that names the field, the value and the remedy. */
export function mappingSettings(options: EventSourceMappingOptions): MappingSettings {
  if (typeof options !== 'object' || (options as unknown) === null)
    throw new ConfigError('options', 'is no object. Give at least a handler, and records or a stream.')
  checkOptions(options)
  const random = options.random ?? Math.random
  return {
    ...withDefaults(options, defaults),
    handler: options.handler,
    partitionKey: options.partitionKey,
    onFailure: options.onFailure,
    onInvocation: options.onInvocation,
    signal: options.signal,
    newRequestId: () => uuid(random),
  }
}

/** An option that is present but `undefined` has its default too. */
export function withDefaults<D extends object>(
  options: { readonly [Name in keyof D]?: D[Name] | undefined },
  values: D,
): D {
  const given = Object.keys(values).filter((name) => options[name as keyof D] !== undefined)
  return { ...values, ...Object.fromEntries(given.map((name) => [name, options[name as keyof D]])) }
}

function uuid(random: () => number): string {
  return '00000000-0000-4000-8000-000000000000'.replace(/0/g, () => Math.floor(random() * 16).toString(16))
}
