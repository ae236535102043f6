import { shown, type GivenOptions } from '../core/given-options.ts'
import { ConfigError } from '../errors.ts'

const longestRow = 16_777_216
const defaultRow = 1_048_576

/** @throws ConfigError for what is no path. */
export function checkedFile({ file }: GivenOptions): string {
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return file
  throw new ConfigError('file', `${shown(file)} is no path of a file. Give one, such as '/mnt/lyon/stock.csv'.`)
}

/** The longest row, in bytes. @throws ConfigError for what cannot be. */
export function checkedRowBytes(name: string, { [name]: value = defaultRow }: GivenOptions): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= longestRow) return Number(value)
  throw new ConfigError(name, `${shown(value)} is no whole number from 1 to ${longestRow}. Give bytes.`)
}
