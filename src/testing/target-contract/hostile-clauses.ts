import { isSyncError } from '../../errors.ts'
import { withKeyOf } from '../item-keys.ts'
import { clauseMaker, type AbilityClause } from './clause-of.ts'
import { hostileValues } from './hostile-values.ts'
import { assertHolds, freshItems, heldBy, type Trial, type Trials } from './trial.ts'

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

/** Items of the default kind that are hard to carry. Who hands in items of their own decides by them what a target must carry. */
export function hostileClauses<Item>(trials: Trials<Item>): readonly AbilityClause[] {
  if (trials.ownItems) return []
  const clause = clauseMaker(trials)
  return [
    ...hostileKeys.map(([name, key, twin]) =>
      clause([], `a key with ${name} is a key like any other`, (trial) => applyAndRemove(trial, key, twin)),
    ),
    ...hostileValues.map(([name, attributes]) =>
      clause([], `an item with ${name} arrives as it is, or is rejected`, (trial) =>
        carriesOrRejects(trial, attributes),
      ),
    ),
  ]
}

/** What is refused by name is parked, which is fine; what is bent is not. */
async function carriesOrRejects<Item>(trial: Trial<Item>, attributes: object): Promise<void> {
  const [change] = freshItems(trial, 1).map((item) => trial.upsert({ ...item, ...attributes }, trial.version(1)))
  if (!change) return
  try {
    await trial.deliver([change])
  } catch (error) {
    if (!isSyncError(error, 'TARGET_REJECTED')) throw error
    if ((await heldBy(trial, [change]))?.has(change.key) !== true) return
  }
  await assertHolds(trial, [change])
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
