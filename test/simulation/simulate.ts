// Plays many runs of the simulated world against the library, on all cores. Run with `npm run simulate`.
//   --runs N    how many, default 2,000        --seed S    repeats them
//   --path P    with --seed: one failing run   --known-bad finds each fixture's flaw instead
//   --json      the figures alone              --record    with --known-bad: keeps the seeds that npm test replays
import { fork } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { simulate, type SimulationFailure } from '../../src/testing/simulation/simulate.ts'
import { missingKinds } from './coverage.ts'
import { knownBad } from './known-bad.ts'
import { ownCast, stockRows } from './own-cast.ts'

interface Part {
  readonly runs: number
  readonly counts: Readonly<Record<string, number>>
  readonly failure: SimulationFailure | undefined
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    json: { type: 'boolean', default: false },
    'known-bad': { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    part: { type: 'boolean', default: false },
  },
})
const runs = whole('runs', values.runs)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', values.seed, true)
const started = performance.now()

if (values.part) await playPart()
else if (values['known-bad']) await findKnownBad()
else if (values.path !== undefined) await repeat(values.path)
else await playAll()

async function playPart(): Promise<void> {
  const counts = new Map<string, number>()
  let played = 0
  const failure = await simulate({
    rows: stockRows,
    runs,
    seed,
    cast: ownCast(),
    onRun: (result) => {
      for (const [kind, count] of result.counts) counts.set(kind, (counts.get(kind) ?? 0) + count)
      if (++played % 20 === 0) process.send?.({ played: 20 })
    },
  })
  process.send?.({ part: { runs: played, counts: Object.fromEntries(counts), failure } })
  process.disconnect()
}

async function playAll(): Promise<void> {
  const cores = Math.min(availableParallelism(), Math.ceil(runs / 50))
  let played = 0
  const parts = await Promise.all(
    Array.from({ length: cores }, (_, core) => {
      const own = Math.ceil((runs - core) / cores)
      return inOwnProcess(['--part', '--runs', String(own), '--seed', String(seed + core)], (count) => {
        progress(`${(played += count).toLocaleString('en')} of ${runs.toLocaleString('en')} runs, ${rate(played)}`)
      })
    }),
  )
  progress('')
  report(parts)
}

function report(parts: readonly Part[]): void {
  const counts = new Map<string, number>()
  for (const part of parts)
    for (const [kind, count] of Object.entries(part.counts)) counts.set(kind, (counts.get(kind) ?? 0) + count)
  const total = parts.reduce((sum, part) => sum + part.runs, 0)
  const missing = runs >= 200 ? missingKinds(counts) : []
  const failures = parts.flatMap(({ failure }) => failure ?? [])
  process.exitCode = failures.length > 0 || missing.length > 0 ? 1 : 0
  if (values.json) {
    console.log(JSON.stringify({ runs: total, seed, counts: Object.fromEntries(counts), missing, failures }, null, 2))
    return
  }
  const kinds = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  const width = Math.max(...kinds.map(([kind]) => kind.length))
  for (const [kind, count] of kinds) console.log(`${kind.padEnd(width)}  ${count.toLocaleString('en').padStart(9)}`)
  console.log()
  for (const kind of missing) console.log(`✖ "${kind}" never occurred.`)
  for (const { message } of failures) console.log(`✖ ${message}\n`)
  const verdict = failures.length > 0 ? '✖ A promise was broken' : '✔ Every promise was kept'
  console.log(`${verdict} in ${total.toLocaleString('en')} runs, ${rate(total)}, --seed ${String(seed)}`)
}

async function repeat(path: string): Promise<void> {
  const failure = await simulate({ rows: stockRows, runs: 1, seed, path, cast: ownCast() })
  console.log(failure ? `✖ ${failure.message}` : '✔ This run keeps every promise.')
  process.exitCode = failure ? 1 : 0
}

async function findKnownBad(): Promise<void> {
  const names = Object.keys(knownBad)
  const width = Math.max(...names.map((name) => name.length))
  const taken: number[] = []
  const recorded: Record<string, { readonly seed: number; readonly path: string }> = {}
  for (const [name, cast] of Object.entries(knownBad)) {
    progress(`${name} …`)
    const failure = await simulate({ rows: stockRows, runs, seed, cast, shortens: false })
    progress('')
    if (failure) {
      taken.push(failure.runs)
      recorded[name] = { seed: failure.seed, path: failure.path }
    }
    console.log(
      failure
        ? `✔ ${name.padEnd(width)}  found in run ${String(failure.runs).padStart(5)}  ${failure.promise}`
        : `✖ ${name.padEnd(width)}  not found in ${runs.toLocaleString('en')} runs`,
    )
  }
  if (values.record)
    await writeFile(new URL('known-bad-seeds.json', import.meta.url), `${JSON.stringify(recorded, null, 2)}\n`)
  const median = [...taken].sort((a, b) => a - b)[Math.floor(taken.length / 2)] ?? 0
  console.log(
    `\n${String(taken.length)} of ${String(names.length)} found, median ${String(median)} runs, --seed ${String(seed)}`,
  )
  process.exitCode = taken.length === names.length ? 0 : 1
}

function inOwnProcess(args: readonly string[], onPlayed: (count: number) => void): Promise<Part> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), args, { execArgv: ['--import', 'tsx'] })
    let part: Part | undefined
    child.on('message', (message: { readonly played?: number; readonly part?: Part }) => {
      if (message.played !== undefined) onPlayed(message.played)
      part = message.part ?? part
    })
    child.on('exit', (code) => {
      if (part) resolve(part)
      else reject(new Error(`A process of the simulation ended with ${String(code)} and without a result.`))
    })
  })
}

/** One line that replaces itself, where somebody looks. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

function rate(played: number): string {
  const minutes = (performance.now() - started) / 60_000
  return `${Math.round(played / minutes).toLocaleString('en')} a minute`
}

function whole(name: string, text: string, anySign = false): number {
  if (new RegExp(anySign ? '^-?\\d{1,10}$' : '^[1-9]\\d{0,7}$').test(text)) return Number(text)
  console.error(`--${name} ${text} is no whole number${anySign ? '' : ' above zero'}.`)
  process.exit(2)
}
