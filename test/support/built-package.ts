import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds `dist` for the tests of the package, unless it is newer than every source: `npm test` has built it already. */
export default function builtPackage(): void {
  const built = join(root, 'dist', 'index.d.cts') // written last
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const newest = Math.max(
    ...[...sources.map((file) => join('src', file)), 'tsup.config.ts', 'package.json'].map(changed),
  )
  if (existsSync(built) && statSync(built).mtimeMs > newest) return
  execFileSync('npm', ['run', 'build', '--silent', '--', '--silent'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

function changed(file: string): number {
  return statSync(join(root, file)).mtimeMs
}
