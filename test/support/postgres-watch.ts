import { setTimeout } from 'node:timers/promises'
import type { Pool } from 'pg'

/** Waits until so many sessions of the server wait for a lock. A test's own time-out is the limit. */
export async function untilLocked(pool: Pool, sessions = 1): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ readonly n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    )
    if (rows[0]!.n >= sessions) return
    await setTimeout(10)
  }
}

/** Waits until no session but the asking one is within a transaction or a statement. */
export async function untilIdle(pool: Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ readonly n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'",
    )
    if (rows[0]!.n === 0) return
    await setTimeout(10)
  }
}
