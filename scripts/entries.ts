import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const adapterRooms = ['targets', 'tables', 'dlq', 'metrics', 'snapshots', 'locks', 'events', 'tracing', 'logging']

/** The package's entries: what a user imports, without the package's name, and the source file behind it. */
export type Entries = Readonly<Record<string, string>>

/** Every file directly in an adapter room is an entry, so that its path is its import path. */
export function entriesOf(filesIn: (folder: string) => readonly string[]): Entries {
  const single = [
    ['index', 'src/index.ts'],
    ['testing', 'src/testing/index.ts'],
  ] as const
  const adapters = adapterRooms.flatMap((room) =>
    filesIn(`src/${room}`)
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => [`${room}/${file.slice(0, -'.ts'.length)}`, `src/${room}/${file}`] as const),
  )
  return Object.fromEntries([...single, ...adapters])
}

/** The entries of the working tree. */
export const entries: Entries = entriesOf((folder) =>
  existsSync(`${root}/${folder}`) ? readdirSync(`${root}/${folder}`) : [],
)

/** What `package.json` has to say about them: each entry for `import` and `require`, each with types of its own. */
export function exportsOf(named: Entries) {
  const conditions = (name: string) => ({
    import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
    require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
  })
  const paths = Object.keys(named).map((name) => [name === 'index' ? '.' : `./${name}`, conditions(name)] as const)
  return { ...Object.fromEntries(paths), './package.json': './package.json' }
}
