import type {
  CallContext,
  Change,
  Snapshot,
  SnapshotContext,
  SnapshotEntry,
  SnapshotSummary,
} from 'dynamodb-stream-sync'
import { itemKeyOf } from './fake-dynamodb.ts'

export function callContext(signal = new AbortController().signal): CallContext {
  return { target: 'lyon', signal, attempt: 1, timeoutMs: 10_000 }
}

/** The version of a record with this sequence number. */
export function versionOf(sequence: number): string {
  return `000000/2026-03-01T10:00:00.000/${String(sequence).padStart(40, '0')}`
}

type KeyAttributes = Change<unknown>['keyAttributes']

export function upsertOf(keyAttributes: KeyAttributes, sequence: number, more: object = {}): Change<unknown> {
  return { ...factsOf(keyAttributes, sequence), type: 'upsert', item: { ...keyAttributes, ...more } }
}

export function removalOf(keyAttributes: KeyAttributes, sequence: number): Change<unknown> {
  return { ...factsOf(keyAttributes, sequence), type: 'removal' }
}

function factsOf(keyAttributes: KeyAttributes, sequence: number) {
  const itemKey = itemKeyOf(keyAttributes)
  return { ...itemKey, id: `${itemKey.key}#${sequence}`, version: versionOf(sequence), changedAt: new Date(0) }
}

/** Reads a snapshot to its end. */
export async function allOf(snapshot: Snapshot, partition?: SnapshotContext['partition']) {
  const pages: (readonly SnapshotEntry[])[] = []
  const iterator = snapshot.pages({ signal: new AbortController().signal, partition })
  let page = await iterator.next()
  for (; !page.done; page = await iterator.next()) pages.push(page.value)
  return { pages, entries: pages.flat(), summary: page.value as SnapshotSummary }
}
