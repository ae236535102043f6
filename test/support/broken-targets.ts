import {
  compareVersions,
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
  ['bends nulls', 'whatever values an item holds', () => rows((item) => ({ ...item, nothing: undefined }))],
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
    'checks, then acts',
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
