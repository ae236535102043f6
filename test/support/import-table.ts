import { posix } from 'node:path'
import { sourceFacts } from './source-facts.ts'

/** What the files of one room may reach for. */
export interface Room {
  /** Rooms whose files it may import. */
  readonly rooms: readonly string[]
  /** Packages by name; `node:` stands for all of Node's modules, `*` for any package. */
  readonly packages: readonly string[]
  /** Imported for their types only. */
  readonly typesOf?: readonly string[]
  /** Packages that are refused although `*` stands in `packages`. */
  readonly not?: readonly string[]
  /** Nothing is imported but types. */
  readonly typesOnly?: true
  /** Each file stands alone with the folder of its own name. */
  readonly filesStandAlone?: true
  /** Globals it may not touch, as `console` or `Date.now`. */
  readonly globals?: readonly string[]
}

export interface ImportTable {
  readonly rooms: Readonly<Record<string, Room>>
  /** Files that only some files may import, each with the folder of its own name. Types are free. */
  readonly steps: { readonly files: RegExp; readonly importedBy: RegExp }
  /** Globals that are allowed to one file after all. */
  readonly exceptions: Readonly<Record<string, readonly string[]>>
}

/** Says what in `files` (path below `src` → text) breaks the table, each in one line. */
export function violations(files: ReadonlyMap<string, string>, table: ImportTable): readonly string[] {
  return [...files].flatMap(([path, text]) => {
    const room = table.rooms[roomOf(path)]
    if (!room) return [`${path}: is in no room of the table`]
    const { imports, globals } = sourceFacts(path, text)
    return [
      ...imports.flatMap(({ specifier, typeOnly }) => {
        const refused = specifier.startsWith('.')
          ? refusedFile(path, resolved(path, specifier), typeOnly, room, table)
          : refusedPackage(specifier, typeOnly, room)
        return refused ? [`${path}: ${refused}`] : []
      }),
      ...globals.filter((name) => isRefusedGlobal(name, path, room, table)).map((name) => `${path}: uses ${name}`),
    ]
  })
}

function refusedFile(from: string, to: string, typeOnly: boolean, room: Room, table: ImportTable): string | undefined {
  const [own, other] = [unitOf(from), unitOf(to)]
  const sameFile = room.filesStandAlone === true && own === other
  if (!sameFile && !room.rooms.includes(roomOf(to))) return `imports ${to}`
  if (room.typesOnly && !typeOnly) return `imports more than types from ${to}`
  const { files, importedBy } = table.steps
  if (!typeOnly && own !== other && files.test(other) && !importedBy.test(own)) return `imports the step ${to}`
  return undefined
}

function refusedPackage(specifier: string, typeOnly: boolean, room: Room): string | undefined {
  const name = packageOf(specifier)
  const allowed = room.packages.includes(name) || (room.packages.includes('*') && !room.not?.includes(name))
  const typesAllowed = typeOnly && room.typesOf?.includes(name)
  return (allowed && (typeOnly || !room.typesOnly)) || typesAllowed ? undefined : `imports ${specifier}`
}

function isRefusedGlobal(name: string, path: string, room: Room, table: ImportTable): boolean {
  const is = (listed: string) => name === listed || name === `${listed}()` || name.startsWith(`${listed}.`)
  return room.globals?.some(is) === true && !table.exceptions[path]?.some(is)
}

function resolved(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier)
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:'
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function roomOf(path: string): string {
  return path.split('/')[0]!.replace(/\.ts$/, '')
}

/** A file together with the folder of its own name: `targets/http.ts` and `targets/http/answer.ts` are `targets/http`. */
function unitOf(path: string): string {
  return path.split('/').slice(0, 2).join('/').replace(/\.ts$/, '')
}
