import { isSyncError } from '../../errors.ts'
import { withKeyOf } from '../item-keys.ts'
import { clauseMaker, type AbilityClause } from './clause-of.ts'
import { assertHolds, freshItems, type Trial, type Trials } from './trial.ts'

/** What any item is, though the type of a caller's own item does not say so: attributes by name. */
type Row = Readonly<Record<string, unknown>>

/** Keys that break paths, queries, quotes and byte counts, each with one that it must not be taken for. A key of DynamoDB has up to 2,048 bytes. */
const hostileKeys: readonly (readonly [name: string, key: string, twin: string])[] = [
  ['beyond the basic plane', '\u{1f600}\uffee\u{10fffd}', '\ufffd\uffee\ufffd'],
  ['letters that combine', 'e\u0301', '\u00e9'],
  ['letters in another case', 'Ab', 'aB'],
  ['zeros in front', '007', '7'],
  ['spaces at its ends', '  a b  ', 'a b'],
  ['slashes and dots', '../a/./b//..', 'a/b/'],
  ['only a dot', '.', './'],
  ['only two dots', '..', '../'],
  ['percent signs', '100%25%2F%zz', '100%/%zz'],
  ['quotes', `"it's" \`\${x}\` -- ; DROP`, 'its ${x} -- ; DROP'],
  ['a query and a fragment', 'a?b=c&d#e', 'a'],
  ['braces and backslashes', '{sku}\\n', '{sku}\n'],
  ['control characters', '\u0001\t\r\n\u007f', '\u0001\t\n\u007f'],
  ['the name of a prototype', '__proto__', 'constructor'],
  ['2,048 bytes', '\u{1f600}'.repeat(512), `${'\u{1f600}'.repeat(511)}abcd`],
]

/** Attributes that are lost or bent on the way through text, columns and objects. */
const hostileValues: Row = {
  ['__proto__']: 'data',
  constructor: 'data',
  empty: '',
  nothing: null,
  yes: false,
  text: '\u{1f600} "\\ \' \n \u0001 %s',
  nested: { list: [1, 'two', { three: [] }], ['__proto__']: { deep: true } },
  integer: Number.MAX_SAFE_INTEGER,
  fraction: 0.1,
  negative: -1.5e-7,
}

/** Items of the default kind that are hard to carry. Who hands in items of their own decides by them what a target must carry. */
export function hostileClauses<Item>(trials: Trials<Item>): readonly AbilityClause[] {
  if (trials.ownItems) return []
  const clause = clauseMaker(trials)
  return [
    ...hostileKeys.map(([name, key, twin]) =>
      clause([], `a key with ${name} is a key like any other`, (trial) => applyAndRemove(trial, key, twin)),
    ),
    clause([], 'whatever values an item holds, they arrive as they are or not at all', async (trial) => {
      const [item] = freshItems(trial, 1).map((each) => trial.upsert({ ...each, ...hostileValues }, trial.version(1)))
      if (!item) return
      try {
        await trial.deliver([item])
      } catch (error) {
        if (isSyncError(error, 'TARGET_REJECTED')) return // refused by name: parked, and never bent
        throw error
      }
      await assertHolds(trial, [item])
    }),
  ]
}

/** Next to its twin, so that a key that was cut or bent shows. */
async function applyAndRemove<Item>(trial: Trial<Item>, key: string, twin: string): Promise<void> {
  const [item, other] = freshItems(trial, 2)
  if (item === undefined || other === undefined) return
  // only the default item comes here: its key is `sku`
  const hostile = withKeyOf(trial.definition, item, { ...item, sku: key })
  const upserts = [hostile, withKeyOf(trial.definition, other, { ...other, sku: twin })].map((each) =>
    trial.upsert(each, trial.version(1)),
  )
  await trial.deliver(upserts)
  await assertHolds(trial, upserts)
  const removal = trial.removal(hostile, trial.version(2))
  await trial.deliver([removal])
  await assertHolds(trial, [removal, ...upserts.slice(1)])
}
