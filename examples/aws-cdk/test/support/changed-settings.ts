import { readFileSync } from 'node:fs'
import type { Deployment, Warehouse } from '../../lib/config/types.ts'
import { settings } from './synthesised.ts'

/** Where the settings stand that tests change. */
export const sample = new URL('../sample/', import.meta.url)

/** As somebody may write it whose editor shows no types. */
type Given = Readonly<Record<string, unknown>>

/** With other settings at the top of config.ts. */
export const config = (change: Given) => settings(({ config }) => ({ config: { ...config, ...change } as Deployment }))
/** With other settings in one part of config.ts. */
export const part = (name: 'sync' | 'mapping' | 'reconcile' | 'table', change: Given) =>
  settings(({ config }) => ({ config: { ...config, [name]: { ...config[name], ...change } } as Deployment }))
/** With one warehouse changed. */
export const warehouse = (index: number, change: Given) =>
  settings(({ warehouses }) => ({
    warehouses: warehouses.map((one, at) => (at === index ? ({ ...one, ...change } as Warehouse) : one)),
  }))

/** The line of the sample with a text in it. */
export const lineWith = (file: string, text: string, nth = 0) => {
  const lines = readFileSync(new URL(file, sample), 'utf8').split('\n')
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []))
  return `${file}:${found[nth] ?? 'nowhere'}`
}
