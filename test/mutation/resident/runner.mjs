import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner'

/** Milliseconds without a word, within one test, after which a test process counts as one that hangs. */
const silence = 15_000
/** Milliseconds in which all tests are loaded. */
const loading = 120_000
const config = 'test/mutation/resident/vitest.config.ts'
const vitestCommand = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')))

/**
 * Stryker's runner for Vitest, which loads all modules anew for each mutant. For those that can be switched on while a
 * process runs, this one keeps a process with all tests loaded: some ten times as many mutants in a minute. A test that
 * fails is run once more without the mutant, and once more with it: where it does not pass and fail in turn, the process
 * is given up, and Stryker's own way decides. A process that fell silent or is gone is given up, too, and a new one asked.
 */
class ResidentRunner {
  #inner
  #resident

  constructor(inner) {
    this.#inner = inner
  }

  capabilities() {
    return this.#inner.capabilities()
  }

  /** What tests leave in the temporary folder when they are killed goes with Stryker's copy of the repository. */
  async init() {
    process.env.TMPDIR = await mkdtemp(join(process.cwd(), 'temporary-'))
    return this.#inner.init()
  }

  dryRun(options) {
    return this.#inner.dryRun(options)
  }

  async mutantRun(options) {
    const { activeMutant, testFilter: tests, hitLimit, mutantActivation } = options
    if (mutantActivation === 'static' || tests === undefined) return this.#inner.mutantRun(options)
    const task = { mutant: activeMutant.id, tests, hitLimit }
    let verdict = await this.#judge(task)
    if (verdict.status === 'silent') verdict = await this.#judge(task)
    return verdict.status === 'spoilt' ? this.#inner.mutantRun(options) : asResult(verdict)
  }

  async #judge(task) {
    this.#resident ??= await startResident(this.#inner.globalNamespace)
    const verdict = await this.#resident.judge(task)
    if (['silent', 'spoilt', 'hanging'].includes(verdict.status)) await this.#giveUp()
    return verdict
  }

  async dispose() {
    await this.#giveUp()
    await this.#inner.dispose()
  }

  async #giveUp() {
    await this.#resident?.stop()
    this.#resident = undefined
  }
}

function asResult({ status, by, reason, ran }) {
  if (status === 'survived') return { status, nrOfTests: ran }
  if (status === 'killed') return { status, killedBy: [by], failureMessage: reason, nrOfTests: ran }
  return { status: 'timeout', reason }
}

async function startResident(namespace) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const child = spawn(process.execPath, [vitestCommand, 'run', '--config', config], {
    stdio: ['pipe', 'ignore', 'ignore'], // its input ends with this process: see end-with-runner.ts
    env: { ...process.env, RESIDENT_PORT: String(server.address().port), RESIDENT_NAMESPACE: namespace },
  })
  const stop = async () => {
    child.kill('SIGKILL')
    server.close()
  }
  const socket = await new Promise((connected) => {
    server.once('connection', connected)
    child.once('exit', () => connected(undefined))
  })
  const heard = socket && listen(socket, child)
  if ((await heard?.('ready', loading)) === undefined) {
    await stop()
    throw new Error(`The tests cannot be loaded. To see why: npx vitest run --config ${config} --reporter default`)
  }
  const judge = async (task) => {
    socket.write(`${JSON.stringify(task)}\n`)
    return (await heard('verdict', silence)) ?? { status: 'silent', reason: 'A test blocks the process.' }
  }
  return { judge, stop }
}

/** Waits for a message with this field; undefined when nothing at all is said for so long, or the process is gone. */
function listen(socket, child) {
  let hear = () => undefined
  createInterface({ input: socket }).on('line', (line) => hear(JSON.parse(line)))
  socket.on('error', () => hear(undefined))
  child.on('exit', () => hear(undefined))
  return (field, limit) =>
    new Promise((found) => {
      let timer
      const end = (value) => {
        clearTimeout(timer)
        hear = () => undefined
        found(value)
      }
      const wait = () => {
        clearTimeout(timer)
        timer = setTimeout(end, limit)
      }
      hear = (message) => (message === undefined || field in message ? end(message?.[field]) : wait())
      wait()
    })
}

process.once('disconnect', () => process.exit()) // Stryker is gone: nobody waits for what is under way

const [vitest] = vitestPlugins
const create = (injector) => new ResidentRunner(vitest.factory(injector))
create.inject = vitest.factory.inject

export const strykerPlugins = [{ kind: 'TestRunner', name: 'resident', factory: create }]
export { strykerValidationSchema } from '@stryker-mutator/vitest-runner'
