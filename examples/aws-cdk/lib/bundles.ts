import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { CloudAssembly } from 'aws-cdk-lib/cx-api'
import { bundleMetadata } from './node-function.ts'

/** A function's code, as esbuild made it. */
export interface Bundle {
  /** The function's logical id. */
  readonly id: string
  readonly name: string
  readonly folder: string
  /** Of its code as a browser would load it: compressed by gzip. */
  readonly gzipBytes: number
}

interface FunctionResource {
  readonly Type: string
  readonly Metadata?: Readonly<Record<string, string>>
  readonly Properties: { readonly Code: { readonly S3Key?: string } }
}

/** The bundles of a synthesised app. */
export function bundlesOf(assembly: CloudAssembly): readonly Bundle[] {
  const [stack] = assembly.stacks
  const { Resources: resources } = stack!.template as { readonly Resources: Readonly<Record<string, FunctionResource>> }
  return Object.entries(resources).flatMap(([id, { Type: type, Metadata: metadata, Properties: properties }]) => {
    const name = metadata?.[bundleMetadata]
    if (type !== 'AWS::Lambda::Function' || name === undefined) return []
    const folder = join(assembly.directory, `asset.${String(properties.Code.S3Key).replace('.zip', '')}`)
    return [{ id, name, folder, gzipBytes: gzipSync(readFileSync(join(folder, 'index.js')), { level: 9 }).length }]
  })
}
