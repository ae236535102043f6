import { keyText, type ItemKey } from '../core/key.ts'
import { TargetUnavailableError } from '../errors.ts'
import type { SourceTable } from '../ports/table.ts'
import { attemptsAt } from './attempts.ts'
import { portTimeoutMs } from './defaults.ts'
import type { Invocation } from './invocation.ts'

/** What the table holds now under these keys. A key that could not be answered is an error, never an absence. */
export function readRows(
  table: SourceTable,
  keys: readonly ItemKey[],
  names: readonly string[],
  invocation: Invocation,
): ReturnType<typeof readOnce> {
  const unique = [...new Map(keys.map(({ key, keyAttributes }) => [key, { key, keyAttributes }])).values()]
  return readOnce(table, unique, names, invocation)
}

function readOnce(
  table: SourceTable,
  keys: Parameters<SourceTable['read']>[0],
  names: readonly string[],
  invocation: Invocation,
) {
  const { deliverUntil, cut } = invocation
  return attemptsAt({ name: 'table', timeoutMs: portTimeoutMs }, invocation, deliverUntil, cut).run(
    1,
    async (context) => {
      const rows = new Map<string, Readonly<Record<string, unknown>>>()
      const answer: unknown = await table.read(keys, context)
      // What is no list says nothing: taken for no rows, it would remove them everywhere.
      if (!Array.isArray(answer)) throw new TargetUnavailableError('The table answered no list of rows.')
      const asked = new Set(keys.map(({ key }) => key))
      for (const { key: given, item, removed } of answer as Awaited<ReturnType<SourceTable['read']>>) {
        const key = given ?? keyText(names, item)
        // Of another key it is no answer: the one that was asked for would look gone.
        if (!asked.has(key)) throw new TargetUnavailableError('The table answered a row that nobody asked for.')
        if (!removed) rows.set(key, item)
      }
      return rows
    },
  )
}
