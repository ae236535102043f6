import { parseArgs } from 'node:util'
import type { FuzzResult } from './fuzz.ts'
import { builtDecoders } from './instrumented.ts'
import { inputsFor, seeds } from './seeds.ts'
import { type WatchedFuzz, watchedFuzz } from './watched.ts'

const usage = 'npm run fuzz -- [--seconds N, default 30] [--seed S, default random]'

interface Settings {
  readonly seconds: number
  readonly seed: number
}

interface Row extends FuzzResult {
  readonly decoder: string
  readonly seconds: number
}

function settingsOf(args: readonly string[]): Settings {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
  const whole = (name: 'seconds' | 'seed', least: number, otherwise: number) => {
    const given = values[name]
    const number = given === undefined ? otherwise : Number(given)
    if (Number.isInteger(number) && number >= least && number < 2 ** 32) return number
    throw new TypeError(`--${name} is "${given ?? ''}". Give a whole number from ${least} up.`)
  }
  return { seconds: whole('seconds', 1, 30), seed: whole('seed', 0, Math.floor(Math.random() * 2 ** 32)) }
}

/** Fuzzes one decoder for its share of the time. */
async function fuzzed(decoder: string, { fuzz }: WatchedFuzz, { seed, seconds }: Settings): Promise<Row> {
  const startedAt = performance.now()
  const milliseconds = (seconds * 1_000) / Object.keys(seeds).length
  const result = await fuzz({ decoder, seed, inputs: inputsFor(decoder), milliseconds, slowMs: 250 })
  return { ...result, decoder, seconds: (performance.now() - startedAt) / 1_000 }
}

/** At a terminal, a line tells how far it is. */
function showProgress(executions: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[0K${executions} executions`)
}

function tableOf(rows: readonly Row[]): string {
  const head = ['decoder', 'executions', 'per second', 'branches', 'corpus', 'findings']
  const lines = rows.map(({ decoder, executions, seconds, branches, corpus, findings }) =>
    [decoder, executions, Math.round(executions / seconds), branches, corpus.length, findings.size].map(String),
  )
  const widths = head.map((name, column) => Math.max(name.length, ...lines.map((line) => line[column]!.length)))
  const pad = (line: readonly string[]) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ')
  return [head, ...lines].map(pad).join('\n')
}

async function main(args: readonly string[]): Promise<number> {
  let settings: Settings
  try {
    settings = settingsOf(args)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : ''} ${usage}`)
    return 2
  }
  console.log(`Seed ${settings.seed}, ${settings.seconds} s. Again with: npm run fuzz -- --seed ${settings.seed}`)
  const built = await builtDecoders()
  const watched = watchedFuzz(built, { onProgress: showProgress })
  const rows: Row[] = []
  for (const decoder of Object.keys(seeds)) rows.push(await fuzzed(decoder, watched, settings))
  await watched.stop()
  built.remove()
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[0K')
  console.log(tableOf(rows))
  for (const { decoder, findings } of rows)
    for (const [problem, input] of findings) console.log(`\n${decoder}: ${problem}\n${JSON.stringify(input)}`)
  return rows.some(({ findings }) => findings.size > 0) ? 1 : 0
}

process.exit(await main(process.argv.slice(2)))
