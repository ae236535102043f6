import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MappingOptions } from 'dynamodb-stream-sync/testing'

export interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
  readonly Metadata?: Readonly<Record<string, string>>
}

/** What cdk synth made. */
export interface Template {
  readonly folder: string
  readonly resources: Readonly<Record<string, Resource>>
  /** The ids of a type's resources. */
  readonly of: (type: string) => readonly string[]
}

/** One function of the template. */
export interface TemplateFunction {
  readonly id: string
  /** With its bundle. */
  readonly folder: string
  readonly timeoutMs: number
  readonly environment: Readonly<Record<string, unknown>>
}

export function readTemplate(folder: string): Template {
  const text = readFileSync(join(folder, 'InventorySync.template.json'), 'utf8')
  const { Resources: resources } = JSON.parse(text) as { readonly Resources: Template['resources'] }
  const of = (type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type)
  return { folder, resources, of }
}

/** The function of a bundle's name. */
export function functionOf({ folder, resources, of }: Template, bundle: string): TemplateFunction {
  const id = of('AWS::Lambda::Function').find((one) => resources[one]?.Metadata?.['Bundle'] === bundle)
  if (id === undefined) throw new Error(`The template has no function ${bundle}.`)
  const { Code, Handler, Timeout, Environment } = resources[id]!.Properties as unknown as FunctionProperties
  if (Handler !== 'index.handler') throw new Error(`The handler of ${bundle} is ${Handler}.`)
  const asset = `asset.${Code.S3Key.replace('.zip', '')}`
  return { id, folder: join(folder, asset), timeoutMs: Timeout * 1_000, environment: Environment.Variables }
}

interface FunctionProperties {
  readonly Code: { readonly S3Key: string }
  readonly Handler: string
  readonly Timeout: number
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> }
}

/** The settings of the mapping that calls a function, under the names of Lambda. */
export function mappingOf({ resources, of }: Template, functionId: string): Readonly<Record<string, unknown>> {
  const mappings = of('AWS::Lambda::EventSourceMapping').map((id) => resources[id]!.Properties)
  const found = mappings.find(({ FunctionName: name }) => (name as { readonly Ref?: string }).Ref === functionId)
  if (!found) throw new Error(`Nothing calls ${functionId}.`)
  return found
}

/** The same under the names of `eventSourceMapping`. */
export function streamSettings(mapping: Readonly<Record<string, unknown>>): Partial<MappingOptions> {
  const settings = mapping as unknown as StreamMapping
  return {
    batchSize: settings.BatchSize,
    maximumBatchingWindowInSeconds: settings.MaximumBatchingWindowInSeconds,
    parallelizationFactor: settings.ParallelizationFactor,
    maximumRetryAttempts: settings.MaximumRetryAttempts,
    maximumRecordAgeInSeconds: settings.MaximumRecordAgeInSeconds,
    bisectBatchOnFunctionError: settings.BisectBatchOnFunctionError,
    reportBatchItemFailures: settings.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    filterCriteria: settings.FilterCriteria,
  }
}

interface StreamMapping {
  readonly BatchSize: number
  readonly MaximumBatchingWindowInSeconds: number
  readonly ParallelizationFactor: number
  readonly MaximumRetryAttempts: number
  readonly MaximumRecordAgeInSeconds: number
  readonly BisectBatchOnFunctionError: boolean
  readonly FunctionResponseTypes: readonly string[]
  readonly FilterCriteria: NonNullable<MappingOptions['filterCriteria']>
}
