import { isObject } from '../../core/objects.ts'
import { ConfigError } from '../../errors.ts'
import { show } from '../../runtime/config-values.ts'

const remedies: Readonly<Record<string, string>> = {
  create: 'Give a function that answers with a configuration.',
  runs: 'Give a whole number from 1 up.',
  seed: 'Give the whole number that a failed run told, or none.',
  path: 'Give the text that a failed run told, or none.',
  items: 'Give an arbitrary of fast-check, as fc.record({ … }).',
}

/** @throws ConfigError for options with which a simulation would prove nothing. */
export function checkOptions(create: unknown, options: unknown): void {
  const { runs, seed, path, items } = isObject(options) ? options : {}
  const valid: Readonly<Record<string, readonly [unknown, boolean]>> = {
    create: [create, typeof create === 'function'],
    runs: [runs, Number.isSafeInteger(runs) && (runs as number) > 0],
    seed: [seed, seed === undefined || Number.isSafeInteger(seed)],
    path: [path, path === undefined || (typeof path === 'string' && /^\d+(:\d+)*$/.test(path))],
    items: [items, items === undefined || (isObject(items) && typeof items['generate'] === 'function')],
  }
  for (const [name, [value, works]] of Object.entries(valid))
    if (!works) throw new ConfigError(name, `${show(value)} does not work. ${remedies[name] ?? ''}`)
  if (path !== undefined && seed === undefined)
    throw new ConfigError('path', `${show(path)} does not work. Give the seed, too, that was told with it.`)
}
