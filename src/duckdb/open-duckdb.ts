import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult, DuckDBValue } from '@duckdb/node-api'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ConfigError } from '../errors.ts'
import { loadDuckDb, type DuckDbModule } from './load-duckdb.ts'

/** How much of the machine DuckDB may take. */
export interface DuckDbOptions {
  /** What it may hold in memory, such as `192MB`, the default; the process takes 125 to 200 MB more. What exceeds it goes to disk. */
  readonly memoryLimit?: string | undefined
  /** Default 2. */
  readonly threads?: number | undefined
  /** Where a folder for what exceeds memory is made, and removed at the end. Default: the system's. */
  readonly tempDirectory?: string | undefined
  /** Interrupts whatever runs. */
  readonly signal?: AbortSignal | undefined
}

export const duckDbDefaults = { memoryLimit: '192MB', threads: 2 } as const

/** An empty database in memory that spills to disk, with one connection. */
export interface DuckDb {
  readonly module: DuckDbModule
  readonly connection: DuckDBConnection
  readonly run: (sql: string, values?: DuckDBValue[]) => Promise<void>
  /** A statement's answer while it is made, about 2,000 rows at a time. */
  readonly stream: (sql: string, values?: DuckDBValue[]) => Promise<DuckDbAnswer>
  /** Ends what runs and removes the folder. May be called twice. */
  readonly close: () => Promise<void>
}

/** Some rows of an answer. */
export type DuckDbChunk = DuckDBDataChunk

export interface DuckDbAnswer {
  readonly result: DuckDBResult
  readonly chunks: () => AsyncGenerator<DuckDBDataChunk>
}

/**
 * Opens DuckDB with bounded memory. Whoever opens it closes it. `purpose` says what for, where it is not installed.
 * Settings: https://duckdb.org/docs/stable/configuration/overview
 *
 * @throws ConfigError where it cannot be loaded, or for a limit that is none. Its methods reject with the signal's reason
 * once that has aborted, else with DuckDB's own error.
 */
export async function openDuckDb(purpose: string, options: DuckDbOptions = {}): Promise<DuckDb> {
  const { memoryLimit, threads } = checkedLimits(options)
  const { signal } = options
  const module = await loadDuckDb(purpose)
  const folder = await mkdtemp(join(options.tempDirectory ?? tmpdir(), 'dynamodb-stream-sync-'))
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  try {
    signal?.throwIfAborted()
    const instance = await module.DuckDBInstance.create(':memory:', {
      memory_limit: memoryLimit,
      threads: String(threads),
      preserve_insertion_order: 'false',
      temp_directory: folder,
      autoinstall_known_extensions: 'false', // nothing is downloaded
    })
    const connection = await instance.connect()
    const end = () => {
      connection.closeSync()
      instance.closeSync()
      return remove()
    }
    return { module, connection, ...asking(connection, signal, end) }
  } catch (error) {
    await remove()
    throw error
  }
}

function asking(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  end: () => Promise<unknown>,
): Pick<DuckDb, 'run' | 'stream' | 'close'> {
  const underWay = new Set<Promise<unknown>>()
  const interrupt = () => void interruptAll(connection, underWay)
  signal?.addEventListener('abort', interrupt, { once: true })
  let ended: Promise<void> | undefined

  async function ask<T>(work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    if (ended) throw new Error('DuckDB was closed.')
    const answer = work()
    underWay.add(answer)
    try {
      return await answer
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      underWay.delete(answer)
    }
  }
  async function close(): Promise<void> {
    signal?.removeEventListener('abort', interrupt)
    await interruptAll(connection, underWay) // a connection must not be closed under a statement
    await end()
  }
  return {
    async run(sql, values) {
      await ask(() => connection.run(sql, values))
    },
    async stream(sql, values) {
      const result = await ask(() => connection.stream(sql, values))
      return {
        result,
        async *chunks() {
          for (;;) {
            const chunk = await ask(() => result.fetchChunk())
            if (!chunk || chunk.rowCount === 0) return
            yield chunk
          }
        },
      }
    },
    close: () => (ended ??= close()),
  }
}

/** An interrupt is lost on a statement that has not quite begun: it is repeated until nothing runs any more. */
async function interruptAll(connection: DuckDBConnection, underWay: ReadonlySet<unknown>): Promise<void> {
  while (underWay.size > 0) {
    connection.interrupt()
    await nextTurn()
  }
}

/** The limits with their defaults. @throws ConfigError for one that is none. */
export function checkedLimits({ memoryLimit, threads }: DuckDbOptions): { memoryLimit: string; threads: number } {
  const memory = memoryLimit ?? duckDbDefaults.memoryLimit
  if (typeof memory !== 'string' || !/^[1-9]\d{0,8}(?:\.\d+)? ?[KMGT]i?B$/i.test(memory))
    throw new ConfigError('memoryLimit', `${JSON.stringify(memory)} is no size. Give one such as '192MB'.`)
  const count = threads ?? duckDbDefaults.threads
  if (!Number.isInteger(count) || count < 1 || count > 1_024)
    throw new ConfigError('threads', `${String(count)} does not work. Use a whole number from 1 to 1024.`)
  return { memoryLimit: memory, threads: count }
}
