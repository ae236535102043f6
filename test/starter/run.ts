import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url))

function run(command: string, options: readonly string[]): number {
  const { status, error } = spawnSync(command, options, { cwd: root, stdio: 'inherit' })
  if (error) console.error(error.message)
  return status === 0 ? 0 : 1
}

process.exit(
  run('npm', ['run', 'build', '--silent', '--', '--silent']) ||
    run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...process.argv.slice(2)]),
)
