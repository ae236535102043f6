import { lineOf } from './line-of.ts'

/** One setting that cannot work: where it stands, and what to write there. */
export interface Problem {
  readonly file: 'config.ts' | 'warehouses.ts'
  readonly path: readonly (string | number)[]
  readonly says: string
}

/** What to write at a setting of a warehouse, or of one part of config.ts. */
export type Says = readonly [setting: string, says: string]

/** Stops the synthesis, and names the line of every setting that cannot work. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  constructor(problems: readonly Problem[], folder?: URL) {
    const lines = problems.map(({ file, path, says }) => `  ${lineOf(file, path, folder)}  ${says}`)
    super(`Nothing was synthesised. Change these lines:\n${lines.join('\n')}`)
  }
}
