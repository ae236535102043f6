import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import config from '../../tsup.config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** How a command ended, and what it printed. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

/** The bin, built as it is published, in a folder of its own. */
export interface BuiltCli {
  readonly main: string
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Ran>
  readonly remove: () => Promise<void>
}

export interface RunOptions {
  readonly cwd?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Ctrl-C, once standard error holds this text. */
  readonly interruptAt?: string | undefined
}

export async function builtCli(): Promise<BuiltCli> {
  const folder = join(root, 'node_modules/.cache', `cli-${String(process.pid)}`)
  const bin = (config as readonly object[]).at(-1)
  const outDir = join(folder, 'dist/cli')
  await mkdir(folder, { recursive: true })
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'))
  await build({ ...bin, outDir, silent: true, config: false })
  const main = join(outDir, 'main.js')
  return {
    main,
    run: (args, options) => runMain(main, args, options),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function runMain(
  main: string,
  args: readonly string[],
  { cwd, env, interruptAt }: RunOptions = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: cwd ?? root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  let error = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    error += chunk
    if (interruptAt !== undefined && error.includes(interruptAt)) child.kill('SIGINT')
  })
  const [out] = await Promise.all([text(child.stdout), once(child, 'close')])
  process.off('exit', kill)
  return { code: child.exitCode, out, error }
}
