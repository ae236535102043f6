// CPU of reconcile over 1,000,000 SKUs at 4 places, against DuckDB over Parquet and one Map per key; and over the same
// Parquet files, without order, against plain DuckDB. With `--large`: the peak of memory for 10,000,000 SKUs at 4 places.
// Run with `npm run bench`; `--json` prints the figures alone.
//
// Every contender has a process of its own, and they take turns. Pages and files are made before the clock starts.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { asStored, reconcile } from 'dynamodb-stream-sync'

const skus = 1_000_000
const pageRows = 1_000
const places = ['source', 'berlin', 'lyon', 'porto']
const everyNthDiffers = 5_000
const turns = 5
const roundsPerTurn = 3
const largeSkus = 10_000_000
const largestPeakBytes = 512 * 1_048_576
const limits = { 'sorted pages / DuckDB': 0.25, 'sorted pages / Map': 0.125, 'Parquet / DuckDB': 1.2 }

const item = { schema: asStored(), key: ['sku'], fields: ['quantity'] }
const expected = skus / everyNthDiffers

const contenders = {
  'sorted pages': () => {
    const pages = Object.fromEntries(places.map((name) => [name, pagesOf(name)]))
    const snapshot = (name) => ({
      order: 'key',
      async *pages() {
        yield* pages[name]
        return { startedAt: new Date(), endedAt: new Date(), complete: true, rows: skus }
      },
    })
    return () => compared({ source: snapshot('source'), warehouses: warehousesOf(snapshot) })
  },
  Map: () => {
    const pages = places.map(pagesOf)
    return () => {
      const held = new Map()
      for (const [place, rows] of pages.entries())
        for (const page of rows)
          for (const { key, item } of page) {
            const found = held.get(key)
            if (found) found[place] = item
            else held.set(key, [item])
          }
      let differ = 0
      for (const [first, ...others] of held.values())
        for (const other of others) if (other?.quantity !== first.quantity) differ++
      return differ
    }
  },
  DuckDB: (folder) => {
    const joins = places.slice(1).map((name) => `full join read_parquet('${file(folder, name)}') ${name} using (sku)`)
    const differs = places.slice(1).map((name) => `count(*) filter (source.quantity is distinct from ${name}.quantity)`)
    const sql = `select ${differs.join(' + ')} as differ from read_parquet('${file(folder, 'source')}') source ${joins.join(' ')}`
    return async () => {
      const connection = await connected()
      const [row] = await (await connection.runAndReadAll(sql)).getRowObjectsJS()
      connection.closeSync()
      return Number(row.differ)
    }
  },
  Parquet: async (folder) => {
    const { parquetSnapshot } = await import('dynamodb-stream-sync/snapshots/parquet')
    const snapshot = (name) => parquetSnapshot({ file: file(folder, name), key: 'sku' })
    return () => compared({ source: snapshot('source'), warehouses: warehousesOf(snapshot) })
  },
}

const [contender, folder] = process.argv.slice(2)
if (contender === 'peak') console.log(JSON.stringify(await peak(folder)))
else if (process.argv.includes('--large')) await large(process.argv.includes('--json'))
else if (contender in contenders) console.log(JSON.stringify(await measure(await contenders[contender](folder))))
else await compare(process.argv.includes('--json'))

/** Nanoseconds of CPU per row of a place, one figure per round, after two rounds to warm up. */
async function measure(run) {
  const figures = []
  for (let round = -2; round < roundsPerTurn; round++) {
    const before = process.cpuUsage()
    const differ = await run()
    if (differ !== 3 * expected) throw new Error(`${differ} differ, and ${3 * expected} should.`)
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) figures.push(((user + system) * 1_000) / (skus * places.length))
  }
  return figures
}

/** What a process of its own takes that reconciles large files: the peak of its memory, in bytes, and its time. */
async function peak(folder) {
  const { ndjsonSnapshot } = await import('dynamodb-stream-sync/snapshots/ndjson')
  const snapshot = (name) => ndjsonSnapshot({ file: file(folder, name, 'ndjson'), order: 'key' })
  const start = performance.now()
  const differ = await compared({ source: snapshot('source'), warehouses: warehousesOf(snapshot) })
  const { maxRSS } = process.resourceUsage()
  return { differ, peakBytes: maxRSS * 1_024, seconds: (performance.now() - start) / 1_000 }
}

async function large(asJson) {
  const folder = mkdtempSync(join(tmpdir(), 'reconcile-bench-'))
  try {
    progress(`writing ${places.length} files of ${largeSkus.toLocaleString('en')} rows`, performance.now())
    const connection = await connected({ preserve_insertion_order: 'true' })
    for (const name of places)
      await connection.run(`copy (${rowsSql(name, largeSkus)}) to '${file(folder, name, 'ndjson')}' (format json)`)
    connection.closeSync()
    progress('reading them', performance.now())
    const { differ, peakBytes, seconds } = await inOwnProcess('peak', folder)
    progress('', 0)
    if (differ !== (3 * largeSkus) / everyNthDiffers) throw new Error(`${differ} differ.`)
    if (peakBytes >= largestPeakBytes) process.exitCode = 1
    if (asJson) return console.log(JSON.stringify({ peakBytes, seconds, limit: largestPeakBytes }))
    const rows = `${largeSkus.toLocaleString('en')} SKUs at ${places.length} places, from NDJSON files`
    const mark = peakBytes < largestPeakBytes ? '✔' : '✘'
    console.log(
      `\nreconcile: ${rows}\n\n  ${mark} peak memory ${(peakBytes / 1_048_576).toFixed(0)} MiB, below 512; ${seconds.toFixed(0)} s`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(asJson) {
  const folder = mkdtempSync(join(tmpdir(), 'reconcile-bench-'))
  try {
    await writeParquet(folder)
    const figures = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
    const start = performance.now()
    for (let turn = 1; turn <= turns; turn++)
      for (const name of Object.keys(contenders)) {
        progress(`reconcile, turn ${turn} of ${turns}: ${name}`, start)
        figures[name].push(median(await inOwnProcess(name, folder)))
      }
    progress('', start)
    tell(Object.fromEntries(Object.entries(figures).map(([name, all]) => [name, median(all)])), asJson)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function tell(nanoseconds, asJson) {
  const ratios = Object.keys(limits).map((pair) => {
    const [own, other] = pair.split(' / ')
    return { pair, ratio: nanoseconds[own] / nanoseconds[other], limit: limits[pair] }
  })
  const missed = ratios.filter(({ ratio, limit }) => ratio > limit)
  if (missed.length > 0) process.exitCode = 1
  if (asJson) return console.log(JSON.stringify({ nanosecondsPerRow: nanoseconds, ratios }))
  console.log(`\nreconcile: ${skus.toLocaleString('en')} SKUs at ${places.length} places, CPU per row of a place\n`)
  for (const [name, ns] of Object.entries(nanoseconds))
    console.log(`  ${name.padEnd(14)} ${ns.toFixed(0).padStart(6)} ns`)
  console.log('')
  for (const { pair, ratio, limit } of ratios)
    console.log(`  ${ratio > limit ? '✘' : '✔'} ${pair.padEnd(24)} ${ratio.toFixed(3)}, at most ${limit}`)
}

function warehousesOf(snapshot) {
  return Object.fromEntries(places.slice(1).map((name) => [name, snapshot(name)]))
}

async function compared(snapshots) {
  const { warehouses } = await reconcile(snapshots, { item, settleMs: 0 })
  return Object.values(warehouses).reduce((sum, { mismatch }) => sum + mismatch, 0)
}

function rowAt(place, n) {
  const isOff = place !== 'source' && n % everyNthDiffers === 0
  return { sku: `sku-${String(n).padStart(8, '0')}`, quantity: (n % 1_000) + (isOff ? 1 : 0) }
}

function pagesOf(place) {
  return Array.from({ length: skus / pageRows }, (_, page) =>
    Array.from({ length: pageRows }, (_, n) => {
      const item = rowAt(place, page * pageRows + n)
      return { key: item.sku, item }
    }),
  )
}

function file(folder, name, type = 'parquet') {
  return join(folder, `${name}.${type}`)
}

async function connected(settings = {}) {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    preserve_insertion_order: 'false',
    ...settings,
  })
  return instance.connect()
}

/** The same rows as the pages', in no order. */
async function writeParquet(folder) {
  const connection = await connected()
  for (const name of places)
    await connection.run(`copy (${rowsSql(name, skus)} order by hash(sku)) to '${file(folder, name)}' (format parquet)`)
  connection.closeSync()
}

function rowsSql(name, count) {
  const off = name === 'source' ? '0' : `case when n % ${everyNthDiffers} = 0 then 1 else 0 end`
  return `select 'sku-' || lpad(n::varchar, 8, '0') as sku, (n % 1000 + ${off})::integer as quantity from range(${count}) t(n)`
}

async function inOwnProcess(name, folder) {
  const args = ['--max-old-space-size=4096', fileURLToPath(import.meta.url), name, folder]
  return JSON.parse((await promisify(execFile)(process.execPath, args, { maxBuffer: 1e7 })).stdout)
}

function median(figures) {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)]
}

function progress(text, start) {
  if (!process.stderr.isTTY) return
  process.stderr.write(`\r\u001b[K${text && `${text}, ${((performance.now() - start) / 1_000).toFixed(0)} s`}`)
}
