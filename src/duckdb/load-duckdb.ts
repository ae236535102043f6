import type * as duckDb from '@duckdb/node-api'
import { ConfigError } from '../errors.ts'

/** DuckDB's package for Node, for its types alone: it is loaded when it is needed. */
export type DuckDbModule = typeof duckDb

/** Named so that no bundler finds it: it holds native code, which cannot be bundled, and most functions do without it. */
const packageName = ['@duckdb', 'node-api'].join('/')

/**
 * Loads DuckDB. @throws ConfigError, which names the package and the command, where it is not installed; `purpose` says
 * what it is needed for.
 */
export async function loadDuckDb(
  purpose: string,
  load: () => Promise<DuckDbModule> = () =>
    import(/* @vite-ignore */ /* webpackIgnore: true */ packageName) as Promise<DuckDbModule>,
): Promise<DuckDbModule> {
  try {
    return await load()
  } catch (cause) {
    throw new ConfigError(
      '@duckdb/node-api',
      `cannot be loaded, and is needed to ${purpose}. Run \`npm install @duckdb/node-api\` on the platform that it runs on.`,
      { cause },
    )
  }
}
