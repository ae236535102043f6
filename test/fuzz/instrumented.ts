import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

/** Decoders on disk, built as the package is, and what runs them in a thread. */
export interface BuiltDecoders {
  /** Of JavaScript: the decoders, and the thread. */
  readonly decoders: string
  readonly thread: string
  readonly remove: () => void
}

/** Builds decoders as the package is built, and has their branches counted. `source`: a module that exports them. */
export async function builtDecoders(source = 'decoders.ts'): Promise<BuiltDecoders> {
  const cache = here('../../node_modules/.cache') // from there the build finds what it imports
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'fuzz-'))
  const remove = () => {
    process.off('exit', remove)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  try {
    const entry = { decoders: here(source), thread: here('thread.ts') }
    const built = {
      entry,
      outDir: folder,
      format: 'esm' as const,
      target: 'es2022',
      outExtension: () => ({ js: '.mjs' }),
    }
    await build({ ...built, config: false, dts: false, splitting: false, silent: true, platform: 'node' })
    const path = join(folder, 'decoders.mjs')
    const instrumenter = createInstrumenter({ esModules: true, compact: true, coverageVariable: 'fuzzed' })
    writeFileSync(path, instrumenter.instrumentSync(readFileSync(path, 'utf8'), path))
    return { decoders: path, thread: join(folder, 'thread.mjs'), remove }
  } catch (error) {
    remove()
    throw error
  }
}
