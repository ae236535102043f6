import { Charset, LogLevel, OutputFormat, type BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs'
import type { Warehouse } from './config/types.ts'

/** What a function's bundle has to reach: warehouses by their kinds, and queues instead of warehouses. */
export interface Reach {
  readonly warehouses: readonly Warehouse[]
  readonly queues?: boolean
}

const kinds = ['http', 'postgres', 'dynamodb', 'event-bridge'] as const

/** The runtime's own AWS SDK is used; what is optional to a library and not installed is left out. */
const external = ['@aws-sdk/*', '@smithy/*', 'pg-native']

/**
 * How esbuild makes a function: one small file of CommonJS. What it does not reach is left out by constants that
 * lambda/wiring tests, such as `OMIT_POSTGRES`.
 */
export function bundling({ warehouses, queues = false }: Reach): BundlingOptions {
  const omitted = kinds.filter((kind) => !warehouses.some((warehouse) => warehouse.kind === kind))
  const names = [...omitted, ...(queues ? [] : ['queue'])].map((kind) => kind.toUpperCase().replaceAll('-', '_'))
  return {
    target: 'node24',
    format: OutputFormat.CJS,
    charset: Charset.UTF8,
    minify: true,
    sourceMap: true,
    sourcesContent: false,
    externalModules: external,
    logLevel: LogLevel.WARNING,
    esbuildArgs: { '--log-override:ignored-bare-import': 'silent' }, // what has no side effects may be left out
    define: Object.fromEntries(names.map((name) => [`process.env.OMIT_${name}`, JSON.stringify('true')])),
    // A plain property: the ADOT layer wraps the handler, and esbuild's own export cannot be replaced.
    // https://aws-otel.github.io/docs/getting-started/lambda/lambda-js
    footer: 'module.exports={handler:module.exports.handler};',
  }
}
