import { SettingsError } from './problems.ts'

/** Runs a command of this folder. Settings that cannot work are told in their own words, without a stack trace. */
export function tellingSettings(run: () => void): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
