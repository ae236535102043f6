import { isObject } from '../core/objects.ts'
import { ConfigError } from '../errors.ts'
import { shown } from '../core/given-options.ts'

/**
 * A `Pool` of the package `pg`, of whatever version, or anything that behaves like one. The library itself never loads
 * `pg`. https://node-postgres.com/apis/pool
 */
export interface PostgresPoolLike {
  connect(): Promise<PostgresClientLike>
}

/** A client that a pool hands out. */
export interface PostgresClientLike {
  query(query: never): Promise<unknown>
  /** With `true`, the connection is closed instead of kept. */
  release(close?: boolean): void
}

/** @throws ConfigError for what hands out no clients. */
export function checkedPool(value: unknown): PostgresPoolLike {
  if (isObject(value) && typeof value['connect'] === 'function') {
    heedErrors(value)
    return value as unknown as PostgresPoolLike // just seen to have its one member
  }
  throw new ConfigError('pool', `${shown(value)} has no method connect. Give a Pool of the package pg.`)
}

const heard = new WeakSet<object>()

/**
 * An idle connection that breaks is an `error` event of the pool, which ends the process when nobody listens. The pool
 * drops the connection by itself. https://node-postgres.com/apis/pool#error
 */
function heedErrors(pool: object): void {
  if (heard.has(pool)) return
  heard.add(pool)
  listen(pool)
}

/** Hears the errors that an emitter would else throw; answers what ends that. */
export function listen(emitter: object): () => void {
  const heed = (): void => undefined
  const { on, removeListener } = emitter as Readonly<Record<string, unknown>>
  if (typeof on !== 'function') return heed
  on.call(emitter, 'error', heed)
  return () => {
    if (typeof removeListener === 'function') removeListener.call(emitter, 'error', heed)
  }
}
