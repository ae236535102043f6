import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createInstrumenter } from 'istanbul-lib-instrument'
import { build } from 'tsup'
import type { Decoder } from './decoders.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Decoders whose branches and statements are counted. */
export interface Instrumented {
  readonly decoders: Readonly<Record<string, Decoder>>
  /** How often each branch was taken; to be set back to 0. */
  readonly branches: readonly number[][]
  /** How often each statement was run; to be set back to 0. */
  readonly statements: Record<number, number>
}

interface Coverage {
  readonly b: Readonly<Record<string, number[]>>
  readonly s: Record<number, number>
}

/** Builds the decoders as the package is built, and has their branches counted. */
export async function instrumentedDecoders(): Promise<Instrumented> {
  const cache = here('../../node_modules/.cache') // from there the build finds what it imports
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'fuzz-'))
  const variable = `fuzzed ${folder}`
  try {
    const built = { entry: { decoders: here('decoders.ts') }, outDir: folder, format: 'esm' as const, target: 'es2022' }
    await build({ ...built, config: false, dts: false, splitting: false, silent: true, platform: 'node' })
    const file = join(folder, 'decoders.mjs')
    const path = join(folder, 'decoders.js')
    const instrumenter = createInstrumenter({ esModules: true, compact: true, coverageVariable: variable })
    writeFileSync(file, instrumenter.instrumentSync(readFileSync(path, 'utf8'), path))
    const { decoders } = (await import(pathToFileURL(file).href)) as { readonly decoders: Instrumented['decoders'] }
    const { b, s } = (globalThis as unknown as Readonly<Record<string, Record<string, Coverage>>>)[variable]![path]!
    return { decoders, branches: Object.values(b), statements: s }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
