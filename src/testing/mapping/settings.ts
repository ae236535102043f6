import type { StreamRecord } from '../../core/stream-record.ts'
import { ConfigError } from '../../errors.ts'
import { systemClock } from '../../system-clock.ts'
import { checkOptions } from './check-options.ts'
import { filterOf } from './filter-criteria.ts'
import type { EventSourceMappingOptions, MappingOptions } from './options.ts'
import { chosenBehaviour, type ChosenBehaviour } from './undocumented.ts'

type Chosen = 'partitionKey' | 'onFailure' | 'onInvocation' | 'signal'
type Read = 'random' | 'filterCriteria' | 'undocumented'

/** The options with their defaults. */
export type MappingSettings = {
  readonly [Name in Exclude<keyof MappingOptions, Chosen | Read>]-?: NonNullable<MappingOptions[Name]>
} & Pick<MappingOptions, Chosen> & {
    readonly newRequestId: () => string
    /** Whether a record in Lambda's form is delivered; any other is done. */
    readonly accepts: (record: StreamRecord) => boolean
    readonly undocumented: ChosenBehaviour
  }

const defaults = {
  batchSize: 100,
  maximumBatchingWindowInSeconds: 0,
  parallelizationFactor: 1,
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: -1,
  bisectBatchOnFunctionError: false,
  reportBatchItemFailures: true,
  tumblingWindowInSeconds: 0,
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
  const undocumented = chosenBehaviour(options.undocumented)
  return {
    ...withDefaults(options, defaults),
    handler: options.handler,
    partitionKey: options.partitionKey,
    onFailure: options.onFailure,
    onInvocation: options.onInvocation,
    signal: options.signal,
    newRequestId: () => uuid(random),
    accepts: filterOf(options.filterCriteria, undocumented.filters),
    undocumented,
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
