import { SnapshotError } from '../errors.ts'

/** Says where a row stands that was refused: `stock.csv, line 12` before what it does wrong. */
export function located(where: string, error: unknown): unknown {
  if (!(error instanceof SnapshotError)) return error
  return new SnapshotError(`${where} ${error.message}`, 'cause' in error ? { cause: error.cause } : {})
}
