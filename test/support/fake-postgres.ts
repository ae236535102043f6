import type { PostgresPoolLike } from 'dynamodb-stream-sync/targets/postgres'

/** One statement as a client was asked it. */
export interface Asked {
  readonly text: string
  readonly values?: readonly unknown[]
}

/** A pool whose clients answer what they are told to, and remember what became of them. */
export function fakePostgres(answer: (asked: Asked) => unknown) {
  const asked: Asked[] = []
  const released: boolean[] = []
  const pool = {
    connect: async () => ({
      query: async (one: Asked): Promise<unknown> => {
        asked.push(one)
        const told = answer(one)
        if (told instanceof Error) throw told
        return told ?? { rows: [], fields: [] }
      },
      release: (close = false) => void released.push(close),
    }),
  }
  return { pool: pool as PostgresPoolLike, asked, released }
}

/** An error as the driver throws it: the server's own. */
export function serverFault(code: string, more: object = {}): Error {
  return Object.assign(new Error('duplicate key (sku)=(secret)'), { code, severity: 'ERROR', ...more })
}
