import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const example = join(root, 'examples/aws-cdk')
const made = new Set(['node_modules', 'cdk.out', 'functions'])

/** How a command is run without any network but the machine's own, where the machine has such a way. */
const ownLoopback = 'ip link set lo up && exec "$@"'
const isPossible = spawnSync('unshare', ['--net', 'sh', '-c', ownLoopback, 'sh', 'true']).status === 0
const alone = isPossible ? ['unshare', '--net', 'sh', '-c', ownLoopback, 'sh'] : []

export interface Ended {
  readonly code: number
  readonly output: string
}

/** The example's folder, copied out of the repository, with the packed library installed into it. */
export interface StarterCopy {
  readonly folder: string
  /** Runs a command in it without credentials or network. */
  readonly run: (command: string, ...options: readonly string[]) => Promise<Ended>
  /** Replaces a text in one of its files while `work` runs. */
  readonly edited: <Result>(
    file: string,
    edit: (text: string) => string,
    work: () => Promise<Result>,
  ) => Promise<Result>
  readonly remove: () => Promise<void>
}

export async function copyStarter(): Promise<StarterCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'inventory-sync-'))
  await cp(example, folder, { recursive: true, filter: (file) => !made.has(basename(file)) })
  const packed = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root })
  const [{ filename }] = JSON.parse(packed.stdout) as [{ readonly filename: string }]
  const options = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await execute('npm', [...options, join(folder, filename)], { cwd: folder })
  return {
    folder,
    run: (command, ...rest) => runAlone(folder, [command, ...rest]),
    edited: async (file, edit, work) => {
      const path = join(folder, file)
      const text = await readFile(path, 'utf8')
      const changed = edit(text)
      if (changed === text) throw new Error(`Nothing was changed in ${file}.`)
      await writeFile(path, changed)
      try {
        return await work()
      } finally {
        await writeFile(path, text)
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function runAlone(folder: string, command: readonly string[]): Promise<Ended> {
  const [program = '', ...options] = [...alone, ...command]
  const nowhere = 'http://127.0.0.1:9'
  const env = {
    PATH: process.env['PATH'],
    HOME: folder, // no credentials, no settings
    CI: 'true',
    AWS_EC2_METADATA_DISABLED: 'true',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
  }
  try {
    const { stdout, stderr } = await execute(program, options, { cwd: folder, env, maxBuffer: 64_000_000 })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as {
      readonly code: number
      readonly stdout: string
      readonly stderr: string
    }
    return { code, output: stdout + stderr }
  }
}
