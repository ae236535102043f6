import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundlesOf, type Bundle } from '../lib/bundles.ts'
import { inventorySync } from '../lib/inventory-sync.ts'
import { newApp } from '../lib/new-app.ts'
import { own, settings, type Settings } from './support/synthesised.ts'

const modules = fileURLToPath(new URL('../node_modules', import.meta.url))
const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

function bundled({ config, warehouses }: Settings): Readonly<Record<string, Bundle>> {
  const app = newApp({ bundled: true })
  inventorySync(app, config, warehouses)
  return Object.fromEntries(bundlesOf(app.synth()).map((bundle) => [bundle.name, bundle]))
}

/** A word of its protocol. */
const postgresDriver = 'SCRAM-SHA-256'

const codeOf = ({ folder }: Bundle) => readFileSync(join(folder, 'index.js'), 'utf8')

/** Loads a bundle as Lambda does, with the AWS SDK beside it, and tells what it found. */
function loaded(bundle: Bundle): { readonly initMs: number; readonly isReplaceable: boolean } {
  const script = `
    const before = performance.now()
    const exported = require(${JSON.stringify(join(bundle.folder, 'index.js'))})
    const initMs = performance.now() - before
    const { writable = false } = Object.getOwnPropertyDescriptor(exported, 'handler') ?? {}
    const isReplaceable = writable && typeof exported.handler === 'function'
    process.stdout.write(JSON.stringify({ initMs, isReplaceable }), () => process.exit(0))`
  const env = {
    PATH: process.env['PATH'],
    NODE_PATH: modules,
    AWS_REGION: 'eu-central-1',
    SERVICE: 'inventory',
    ...quiet,
  }
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' })) as ReturnType<
    typeof loaded
  >
}

describe('The bundles', () => {
  let bundles: Readonly<Record<string, Bundle>>
  beforeAll(() => {
    bundles = bundled(own)
  })

  it('are one for each function, made in a moment to load, with a handler that the ADOT layer can wrap', () => {
    expect(Object.keys(bundles)).toEqual(expect.arrayContaining(['redrive', 'sync']))
    for (const [name, bundle] of Object.entries(bundles)) {
      const { initMs, isReplaceable } = loaded(bundle)
      console.log(`${name}: ${(bundle.gzipBytes / 1_000).toFixed(1)} kB gzip, loaded in ${initMs.toFixed(0)} ms`)
      expect([name, isReplaceable]).toEqual([name, true])
    }
  })

  it('leave the AWS SDK to the runtime, and drivers to those who need them', () => {
    for (const bundle of Object.values(bundles)) expect(codeOf(bundle)).not.toContain('AWS_ENDPOINT_URL_')
    expect(codeOf(bundles['sync']!)).toContain('require("@aws-sdk/client-sqs")')
  })
})

describe('The bundle of the sync function with two targets', () => {
  it('is at most 60 kB by gzip, for it holds nothing that they do not need', () => {
    const two = settings(({ warehouses }) => ({
      warehouses: warehouses.filter(({ name }) => name === 'berlin' || name === 'ledger'),
    }))
    const { sync } = bundled(two)
    console.log(
      `sync with two targets: ${(sync!.gzipBytes / 1_000).toFixed(1)} kB gzip, loaded in ${loaded(sync!).initMs.toFixed(0)} ms`,
    )
    expect(sync!.gzipBytes).toBeLessThanOrEqual(60_000)
    expect(codeOf(sync!)).not.toContain(postgresDriver)
  })

  it('holds the driver of PostgreSQL where one of them needs it', () => {
    const one = settings(({ warehouses }) => ({ warehouses: warehouses.filter(({ kind }) => kind === 'postgres') }))
    expect(codeOf(bundled(one)['sync']!)).toContain(postgresDriver)
  })
})
