import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'

/** A real PostgreSQL in a process of its own, with an empty database, reached by a socket in a folder of its own. */
export interface PostgresServer {
  /** Its text order is not that of bytes, so that a forgotten COLLATE shows. */
  readonly connection: Readonly<Required<Pick<pg.PoolConfig, 'host' | 'port' | 'user' | 'database'>>>
  /** A pool that ends with the server. */
  readonly pool: (options?: pg.PoolConfig) => pg.Pool
  /** Stops the server at once, as a crash or a fail-over does, and starts it again. */
  readonly crash: () => Promise<void>
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

const port = 5432 // only in the name of the socket

/** Why PostgreSQL cannot be started here; undefined: it can. */
export function postgresMissing(): string | undefined {
  if (binFolder() === undefined) return 'needs PostgreSQL: install the package postgresql'
  if (process.getuid?.() === 0 && !postgresUser())
    return 'PostgreSQL does not run as root, and there is no user postgres'
  return undefined
}

/** Says in one line why a suite is skipped, and answers whether it is. */
export function withoutPostgres(): boolean {
  const missing = postgresMissing()
  if (missing !== undefined) console.info(`Skipped: ${missing}.`)
  return missing !== undefined
}

export async function startPostgres(): Promise<PostgresServer> {
  const bin = binFolder() ?? ''
  const as = postgresUser()
  const folder = mkdtempSync(join(tmpdir(), 'pg-'))
  if (as) chownSync(folder, as.uid, as.gid)
  const data = join(folder, 'data')
  const options = ['--no-sync', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', ...byWords(bin)]
  execFileSync(join(bin, 'initdb'), ['-D', data, ...options], { ...as, cwd: folder, stdio: 'pipe' })

  const connection = { host: folder, port, user: 'postgres', database: 'postgres' }
  const pools: pg.Pool[] = []
  let server: ChildProcess | undefined
  const kill = () => server?.kill('SIGQUIT')
  process.once('exit', kill) // also when a test's process dies without its afterAll
  const restart = async () => {
    const settings = ['listen_addresses=', 'fsync=off', 'max_connections=50', 'log_min_messages=fatal']
    const flags = settings.flatMap((setting) => ['-c', setting])
    server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-p', String(port), ...flags], {
      ...as,
      cwd: folder,
      stdio: 'ignore',
    })
    await answered(connection, server)
  }
  const crash = async () => {
    const ended = server && new Promise((resolve) => server?.once('exit', resolve))
    kill()
    await ended
    server = undefined
  }
  await restart()
  return {
    connection,
    pool: (more) => {
      const pool = new pg.Pool({ ...connection, ...more })
      pool.on('error', () => undefined)
      pools.push(pool)
      return pool
    },
    crash,
    restart,
    stop: async () => {
      process.off('exit', kill)
      await Promise.all(pools.filter(({ ending }) => !ending).map((pool) => pool.end()))
      await crash()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Debian keeps the server's programs out of the PATH, by version. */
function binFolder(): string | undefined {
  const versions = '/usr/lib/postgresql'
  const newest = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...newest.map((version) => join(versions, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/** PostgreSQL refuses to run as root. */
function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString() || NaN))
  return uid !== undefined && gid !== undefined && !Number.isNaN(uid + gid) ? { uid, gid } : undefined
}

/** Letters before their capitals, as most databases have it; from version 15 on, where ICU is built in. */
function byWords(bin: string): readonly string[] {
  const version = Number(/\d+/.exec(spawnSync(join(bin, 'postgres'), ['--version']).stdout.toString())?.[0])
  return version >= 15 ? ['--locale-provider=icu', '--icu-locale=en-US'] : []
}

/** Asks twenty times a second until there is an answer; a test's own time-out is the limit. */
async function answered(connection: pg.ClientConfig, server: ChildProcess): Promise<void> {
  while (server.exitCode === null && server.signalCode === null) {
    const client = new pg.Client(connection)
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await setTimeout(50)
    }
  }
  throw new Error('PostgreSQL ended before it answered.')
}
