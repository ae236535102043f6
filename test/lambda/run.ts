import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))
const lock = `${here}package-lock.json`
const installed = `${here}node_modules/.installed-lock.json`

/** What the suite needs beyond npm: a command, and the Debian package that has it. */
const needs = [
  ['java', 'openjdk-17-jre-headless'],
  ['cmake', 'cmake'],
  ['g++', 'g++'],
  ['make', 'make'],
  ['python3', 'python3'],
  ['xz', 'xz-utils'],
] as const

function main(options: readonly string[]): number {
  if (process.platform !== 'linux') return skipped("Amazon's runtime client is built on Linux alone.")
  const missing = needs.filter(([command]) => !isHere(command)).map(([, debianPackage]) => debianPackage)
  if (missing.length > 0) return skipped(`it needs what is not here. On Debian: apt-get install ${missing.join(' ')}`)
  return (
    installRuntimeClient() ||
    run('npm', ['run', 'build', '--silent', '--', '--silent']) ||
    run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', `${here}vitest.config.ts`, ...options])
  )
}

/** The runtime client is compiled, which takes most of a minute: once for each lock. */
function installRuntimeClient(): number {
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8')) return 0
  console.log("Building Amazon's runtime client. This takes about a minute, the first time.")
  const status = run('npm', ['--prefix', here, 'ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (status === 0) copyFileSync(lock, installed)
  return status
}

function skipped(reason: string): number {
  console.error(`Skipped test:lambda: ${reason}`)
  return 2
}

function isHere(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0
}

function run(command: string, options: readonly string[]): number {
  const { status, error } = spawnSync(command, options, { cwd: root, stdio: 'inherit' })
  if (error) console.error(error.message)
  return status === 0 ? 0 : 1
}

process.exit(main(process.argv.slice(2)))
