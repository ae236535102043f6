import { jsonValue, type JsonValue } from './report/json-value.ts'
import type { AnyDrift, AnyReport } from './report/shown-report.ts'
import type { Drift, ReconcileReport } from './report.ts'

/**
 * The report as JSON text, two spaces deep, without a line end: what `JSON.stringify` refuses, or would round, is written
 * exactly. Times are ISO texts. Numbers, texts and maps of the sample's items are plain JSON; a `bigint` and a
 * `{ value: '…' }` are `{ "N": "…" }`, binary is `{ "B": "base64" }`, sets are `{ "SS": […] }`, `{ "NS": […] }` or
 * `{ "BS": […] }`, and a map that looks like one of these is within `{ "M": … }`. Never throws for what an item holds.
 */
export function reportJson<Item, Name extends string>(report: ReconcileReport<Item, Name>): string {
  const { sample, warehouses, ...head } = report as AnyReport
  const parts = { ...headFacts(head), warehouses: jsonValue(warehouses), sample: sample.map(driftFacts) }
  return JSON.stringify(parts, undefined, 2)
}

/**
 * The report as lines of JSON, each with its line end: first the run (`"type": "report"`), then each warehouse
 * (`"type": "warehouse"`), then each drift (`"type": "drift"`): the report's sample, or all that is given. Values are
 * written as {@link reportJson} does. Holds one line at a time.
 *
 * @example
 * ```ts
 * await pipeline(Readable.from(reportJsonl(report)), createWriteStream('report.jsonl'))
 * ```
 */
export async function* reportJsonl<Item, Name extends string>(
  report: ReconcileReport<Item, Name>,
  drifts: Iterable<Drift<Item>> | AsyncIterable<Drift<Item>> = report.sample,
): AsyncGenerator<string, void, undefined> {
  const { sample, warehouses, ...head } = report as AnyReport
  yield line({ type: 'report', ...headFacts(head), sample: sample.length })
  for (const [warehouse, facts] of Object.entries(warehouses))
    yield line({ type: 'warehouse', warehouse, ...(jsonValue(facts) as object) })
  for await (const drift of drifts) yield line({ type: 'drift', ...driftFacts(drift) })
}

/**
 * Makes an `onDrift` that writes every drift as one line of JSON, as {@link reportJsonl} does: all of them, while the
 * report keeps a sample. What `write` answers with is waited for, so that a slow file slows the run, not fills the memory.
 *
 * @example
 * ```ts
 * const report = await reconcile(snapshots, { onDrift: driftLines((line) => file.appendFile(line)) })
 * ```
 */
export function driftLines(write: (line: string) => unknown): (drift: Drift<unknown>) => Promise<void> {
  return async (drift) => {
    await write(line({ type: 'drift', ...driftFacts(drift) }))
  }
}

function headFacts({ startedAt, endedAt, ...facts }: Omit<AnyReport, 'sample' | 'warehouses'>): object {
  const { runId, ...rest } = facts
  return { runId, startedAt: jsonValue(startedAt), endedAt: jsonValue(endedAt), ...rest }
}

function driftFacts({ kind, warehouse, key, units, expected, held }: AnyDrift): Readonly<Record<string, JsonValue>> {
  const item = (name: string, value: unknown) => (value === undefined ? undefined : { [name]: jsonValue(value) })
  return { kind, warehouse, key, units: jsonValue(units), ...item('expected', expected), ...item('held', held) }
}

function line(facts: object): string {
  return `${JSON.stringify(facts)}\n`
}
