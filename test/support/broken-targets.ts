import {
  compareVersions,
  isSyncError,
  TargetRejectedError,
  type ApplyResult,
  type BatchTarget,
  type Change,
  type SingleTarget,
} from 'dynamodb-stream-sync'
import { memoryTarget, type MemoryTarget } from 'dynamodb-stream-sync/testing'

type Target = MemoryTarget<unknown>
type Breaking = (target: Target) => Partial<SingleTarget>
type Row = Readonly<Record<string, unknown>>

/** A target in memory with one thing broken. */
export function broken(breaking: Breaking, guarded = true): SingleTarget {
  const target = memoryTarget<unknown>({ guarded })
  return { ...target, ...breaking(target) }
}

/** The same target, taking changes in batches. */
export function inBatches(target: SingleTarget, batchSize?: number): BatchTarget {
  const { guarded, read, snapshot, apply } = target
  return {
    ...{ guarded, read, snapshot },
    ...(batchSize !== undefined && { batchSize }),
    applyBatch: (changes, context) => Promise.all(changes.map((change) => apply(change, context))),
  }
}

/** What goes wrong in the field, and the beginning of the clause that has to tell. */
export const brokenTargets: readonly (readonly [fault: string, clause: string, make: () => SingleTarget])[] = [
  ['answers without applying', 'an upsert is applied', () => broken(() => ({ apply: async () => 'applied' }))],
  [
    'keeps the first state',
    'a newer upsert takes the place',
    () =>
      broken(({ apply, changes }) => ({
        apply: async (change, context) =>
          change.type === 'upsert' && changes().some(({ key }) => key === change.key)
            ? 'applied'
            : apply(change, context),
      })),
  ],
  [
    'alters what it is given',
    'a change is left as it was handed over',
    () =>
      broken(({ apply }) => ({
        apply: async (change, context) => {
          const answer = await apply(change, context)
          if (change.type === 'upsert') Object.assign(change.item as object, { seen: true })
          return answer
        },
      })),
  ],
  ['ignores removals', 'a removal is applied', () => only((change) => change.type === 'upsert')],
  [
    'rejects the removal of what it does not hold',
    'the removal of an item that it never held',
    () =>
      broken(({ apply, changes }) => ({
        apply: async (change, context) => {
          if (change.type === 'removal' && !changes().some(({ key }) => key === change.key)) throw new Error('404')
          return apply(change, context)
        },
      })),
  ],
  [
    'never forgets a removal',
    'a removed item comes back',
    () =>
      broken(({ apply, changes }) => ({
        apply: async (change, context) =>
          changes().some(({ key, type }) => key === change.key && type === 'removal')
            ? 'stale'
            : apply(change, context),
      })),
  ],
  ['rejects duplicates', 'the same upsert twice', () => once('upsert')],
  ['rejects the second removal', 'the same removal twice', () => once('removal')],
  [
    'removes too much',
    'a change of one item leaves the others alone',
    () =>
      broken(() =>
        shared(({ item, keyAttributes }) => (item === undefined ? undefined : { ...keyAttributes, ...item })),
      ),
  ],
  [
    'cuts texts',
    'any item arrives as it is',
    () => rows(({ quantity, ...item }) => ({ ...item, quantity: Number(quantity) % 256 })),
  ],
  [
    'hangs on an aborted signal',
    'a signal that is aborted already',
    () =>
      broken(({ apply }) => ({
        apply: (change, context) =>
          context.signal.aborted ? new Promise<never>(() => undefined) : apply(change, context),
      })),
  ],
  ['trims keys', 'a key with spaces at its ends', () => rekeyed((key) => key.trim())],
  ['normalises letters', 'a key with letters that combine', () => rekeyed((key) => key.normalize('NFC'))],
  ['cuts keys', 'a key with 2,048 bytes', () => rekeyed((key) => key.slice(0, 255))],
  [
    'resolves paths',
    'a key with slashes and dots',
    () => rekeyed((key) => new URL(key.replace(/[?#%]/g, ''), 'http://a/').pathname),
  ],
  ['keeps Latin letters', 'an item with letters of any script', () => values((value) => text(value, /[^\0-\u024f]/g))],
  ['strips markup', 'an item with quotes, escapes and markup', () => values((value) => text(value, /<\/?\w+>/g))],
  ['cleans texts', 'an item with control characters', () => values((value) => text(value, /\p{Cc}/gu))],
  ['ends texts at NUL', 'an item with a NUL character', () => values((value) => text(value, /\0.*/gs))],
  ['cuts long texts', 'an item with 64 KB of text', () => values((value) => text(value, /(?<=^.{1000}).*/gsu))],
  [
    'takes empty texts for nothing',
    'an item with empty texts, lists and maps',
    () => values((value) => (value === '' ? null : value)),
  ],
  ['bends nulls', 'an item with null and false', () => rows((item) => ({ ...item, nothing: undefined }))],
  ['lets prototypes in', 'an item with names of prototypes', () => rows((item) => Object.assign({}, item))],
  [
    'makes columns of names',
    'an item with names that need quotes',
    () => rows((item) => Object.fromEntries(Object.entries(item).map(([name, value]) => [name.toLowerCase(), value]))),
  ],
  [
    'counts in 32 bits',
    'an item with the largest safe integers',
    () => values((value) => (Number.isInteger(value) ? Number(value) | 0 : value)),
  ],
  [
    'rounds large integers',
    'an item with integers beyond the safe ones',
    () => values((value) => (typeof value === 'bigint' ? Number(value) : value)),
  ],
  [
    'counts in floating point',
    'an item with numbers of 38 digits',
    () => values((value) => (isNumberValue(value) ? Number(value.value) : value)),
  ],
  [
    'keeps six decimals',
    'an item with tiny and huge numbers',
    () => values((value) => (typeof value === 'number' ? Number(value.toFixed(6)) : value)),
  ],
  [
    'cannot read its own negative zero',
    'an item with zero and negative zero',
    () =>
      broken(({ apply }) => ({
        apply: async (change, context) => {
          if (change.type === 'upsert' && Object.is((change.item as Row)['quantity'], -0)) throw new Error('22P02')
          return apply(change, context)
        },
      })),
  ],
  [
    'takes a redriven change for a conflict',
    'a change that is redriven',
    () =>
      broken(({ apply, changes }) => ({
        apply: async (change, context) => {
          if (
            changes().some(
              ({ key, version, id }) => key === change.key && version === change.version && id !== change.id,
            )
          )
            throw new TargetRejectedError('409')
          return apply(change, context)
        },
      })),
  ],
  [
    'hangs when it is aborted under way',
    'an attempt that is aborted under way',
    () => cutOff(() => new Promise(() => undefined)),
  ],
  [
    'takes an abort for a refusal',
    'an attempt that is aborted under way',
    () => cutOff(async () => Promise.reject(new TargetRejectedError('400'))),
  ],
  [
    'takes a time-out for a refusal',
    'an attempt whose time is up',
    () =>
      cutOff(async ({ signal }) => {
        throw isSyncError(signal.reason, 'TARGET_UNAVAILABLE') ? new TargetRejectedError('504') : new Error('aborted')
      }),
  ],
  [
    'leaves half a row when it is aborted',
    'an attempt that is aborted under way',
    () =>
      broken(({ apply }) => ({
        apply: async (change, context) => {
          const half = change.type === 'upsert' ? { ...change, item: change.keyAttributes } : change
          await tick()
          return apply(context.signal.aborted ? half : change, context.signal.aborted ? calm(context) : context)
        },
      })),
  ],
  [
    'hangs when it is aborted half-way',
    'an attempt that is aborted under way',
    () =>
      broken(({ apply }) => ({
        apply: async (change, context) => {
          await tick()
          const before = context.signal.aborted
          await tick()
          return context.signal.aborted && !before ? new Promise(() => undefined) : apply(change, context)
        },
      })),
  ],
  [
    'notes the idempotency key before it acts (history 9)',
    'an attempt whose time is up',
    () =>
      broken(({ apply }) => {
        const noted = new Set<string>()
        return {
          apply: async (change, context) => {
            if (noted.has(change.id)) return 'unchanged'
            noted.add(change.id)
            await tick()
            return apply(change, context)
          },
        }
      }),
  ],
  ['keeps all items in one document', 'concurrent changes of different items', oneDocument],
  [
    'looks, then inserts',
    'the same change twice at the same time',
    () =>
      broken(({ apply, changes }) => ({
        apply: async (change, context) => {
          const known = () => changes().some(({ id }) => id === change.id)
          if (known()) return 'unchanged'
          await tick()
          if (known()) throw new TargetRejectedError('duplicate key')
          return apply(change, context)
        },
      })),
  ],
  [
    'overwrites with older upserts',
    'guarded: an older upsert never',
    () => unguarded(({ type }, held) => type === 'upsert' && held?.type === 'upsert'),
  ],
  [
    'brings removed items back',
    'guarded: an older upsert does not bring',
    () => unguarded(({ type }, held) => type === 'upsert' && held?.type === 'removal'),
  ],
  [
    'lets older removals through',
    'guarded: an older removal does not remove',
    () => unguarded(({ type }, held) => type === 'removal' && held?.type === 'upsert'),
  ],
  [
    'applies older removals of removed items',
    'guarded: an older removal after a newer one',
    () => unguarded(({ type }, held) => type === 'removal' && held?.type === 'removal'),
  ],
  [
    'keeps no tombstone of what it never saw',
    'guarded: the removal of an item that it never held',
    () =>
      broken(({ apply, changes }) => ({
        apply: async (change, context) =>
          change.type === 'removal' && !changes().some(({ key }) => key === change.key)
            ? 'applied'
            : apply(change, context),
      })),
  ],
  [
    'takes a repair for what it repairs',
    'guarded: a repair is newer',
    () =>
      broken(({ apply }) => ({
        apply: (change, context) => apply({ ...change, version: change.version.replace(/~\d+$/, '') }, context),
      })),
  ],
  [
    'compares versions without their epochs',
    'guarded: any order and any duplicates',
    () =>
      broken(({ apply }) => ({
        apply: (change, context) => apply({ ...change, version: change.version.replace(/^\d{6}/, '') }, context),
      })),
  ],
  [
    'checks, then acts (history 8)',
    'guarded: concurrent writes',
    () =>
      broken(({ apply, read }) => {
        const free = memoryTarget<unknown>({ guarded: false })
        return {
          read: free.read,
          snapshot: free.snapshot,
          apply: async (change, context) => {
            const [held] = await read([change], context)
            await new Promise((resolve) => setImmediate(resolve))
            if (held?.version !== undefined && compareVersions(change.version, held.version) <= 0) return 'stale'
            await apply(change, context)
            return free.apply(change, context)
          },
        }
      }),
  ],
  [
    'reads rows twice',
    'read: answers each key',
    () =>
      broken(({ read }) => ({
        read: async (keys, context) => [...(await read(keys, context)), ...(await read(keys, context))],
      })),
  ],
  [
    'reads one page',
    'read: answers 250 keys',
    () => broken(({ read }) => ({ read: async (keys, context) => read(keys.slice(0, 100), context) })),
  ],
  [
    'denies what it cannot read in time',
    'read: a signal that is aborted',
    () =>
      broken(({ read }) => ({
        read: async (keys, context) => (context.signal.aborted ? [] : read(keys, context)),
      })),
  ],
  [
    'takes half a snapshot for all of it',
    'snapshot: aborted',
    () =>
      broken(({ snapshot }) => ({
        snapshot: () => ({
          order: 'key',
          async *pages(context) {
            if (!context.signal.aborted) yield* pagesOf(snapshot().pages(context))
          },
        }),
      })),
  ],
  [
    'hides tombstones from readers',
    'read: answers rows and tombstones',
    () =>
      broken(({ read }) => ({
        read: async (keys, context) => (await read(keys, context)).filter((row) => !row.removed),
      })),
  ],
  [
    'hides versions from its snapshot',
    'snapshot: holds rows and tombstones',
    () => pages((row) => ({ ...row, version: undefined })),
  ],
  [
    'keeps rows from its snapshot',
    'snapshot: holds what was applied',
    () => pages((row, index) => (index === 3 ? undefined : row)),
  ],
]

const tick = () => new Promise((resolve) => setImmediate(resolve))

type Context = Parameters<Target['apply']>[1]

const calm = (context: Context): Context => ({ ...context, signal: new AbortController().signal })

/** Notices after a while that it was aborted. */
function cutOff(aborted: (context: Context) => Promise<never>): SingleTarget {
  return broken(({ apply }) => ({
    apply: async (change, context) => {
      const before = context.signal.aborted
      await tick()
      return context.signal.aborted && !before ? aborted(context) : apply(change, context)
    },
  }))
}

/** Reads everything, changes one row, writes everything. */
function oneDocument(): SingleTarget {
  let document: ReadonlyMap<string, Change<unknown>> = new Map()
  const rowOf = ({ key, version, item, keyAttributes }: Change<unknown>): SnapshotRow =>
    item === undefined ? { key, version, item: keyAttributes, removed: true } : { key, version, item: item as Row }
  return broken(() => ({
    apply: async (change) => {
      const read = new Map(document)
      const held = read.get(change.key)
      if (held && compareVersions(change.version, held.version) <= 0) return 'stale'
      await tick()
      document = read.set(change.key, change)
      return 'applied'
    },
    read: async (keys) => keys.flatMap(({ key }) => document.get(key) ?? []).map(rowOf),
    snapshot: undefined,
  }))
}

async function* pagesOf<Page, End>(pages: AsyncIterator<Page, End>): AsyncGenerator<Page, End> {
  for (;;) {
    const page = await pages.next()
    if (page.done) return page.value
    yield page.value
  }
}

type SnapshotRow = Awaited<ReturnType<Target['read']>>[number]

function only(taken: (change: Change<unknown>) => boolean): SingleTarget {
  return broken(({ apply }) => ({
    apply: async (change, context) => (taken(change) ? apply(change, context) : 'applied'),
  }))
}

function once(type: Change<unknown>['type']): SingleTarget {
  return broken(({ apply, changes }) => ({
    apply: async (change, context) => {
      if (change.type === type && changes().some(({ id }) => id === change.id)) throw new Error('409')
      return apply(change, context)
    },
  }))
}

/** Guarded but for some changes. */
function unguarded(let_: (change: Change<unknown>, held: Change<unknown> | undefined) => boolean): SingleTarget {
  return broken(({ apply, changes }) => {
    const free = memoryTarget<unknown>({ guarded: false })
    return {
      read: free.read,
      snapshot: free.snapshot,
      apply: async (change, context): Promise<ApplyResult> => {
        const held = changes().findLast(({ key }) => key === change.key)
        const answer = await apply(change, context)
        if (answer !== 'applied' && !let_(change, held)) return answer
        return free.apply(change, context)
      },
    }
  })
}

/** All items in one place. */
function shared(item: (change: Change<unknown> & { item?: Row | undefined }) => Row | undefined) {
  let last: SnapshotRow | undefined
  return {
    apply: async (change: Change<unknown>): Promise<ApplyResult> => {
      const held = item(change as Change<Row>)
      last = held && { key: change.key, item: held, version: change.version }
      return 'applied'
    },
    read: async (keys: readonly { readonly key: string }[]) =>
      keys.flatMap(({ key }) => (last ? [{ ...last, key }] : [])),
  }
}

function rows(bent: (item: Row) => Row): SingleTarget {
  return broken(({ read }) => ({
    read: async (keys, context) => (await read(keys, context)).map((row) => ({ ...row, item: bent(row.item) })),
  }))
}

/** Each attribute but the key, bent. */
function values(bent: (value: unknown) => unknown): SingleTarget {
  return rows((item) =>
    Object.fromEntries(Object.entries(item).map(([name, value]) => [name, name === 'sku' ? value : bent(value)])),
  )
}

/** A text without what matches. */
function text(value: unknown, unwanted: RegExp): unknown {
  return typeof value === 'string' ? value.replace(unwanted, '') : value
}

function isNumberValue(value: unknown): value is { readonly value: string } {
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'string'
}

function pages(bent: (row: SnapshotRow, index: number) => SnapshotRow | undefined): SingleTarget {
  return broken(({ snapshot }) => ({
    snapshot: () => ({
      order: 'key',
      async *pages(context) {
        const page = await snapshot().pages(context).next()
        if (!page.done) yield page.value.flatMap((row, index) => bent(row, index) ?? [])
      },
    }),
  }))
}

/** A warehouse whose keys are not quite the library's. */
function rekeyed(bent: (key: string) => string): SingleTarget {
  return broken(({ apply, read }) => ({
    apply: (change, context) => apply({ ...change, key: bent(change.key) }, context),
    read: async (keys, context) =>
      (
        await read(
          keys.map((key) => ({ ...key, key: bent(key.key) })),
          context,
        )
      ).map(({ item, version, removed }) => ({ item, version, removed })),
  }))
}
