import fc from 'fast-check'

/** How one call of a warehouse goes. */
export type CallFault =
  | 'none'
  /** Refuses, nothing is done. */
  | 'unavailable'
  | 'rejected'
  /** Refuses, and says for how long. */
  | 'throttled'
  /** Never answers, until its signal aborts. */
  | 'hang'
  /** Never answers at all, whatever its signal says. */
  | 'deaf'
  /** Does the work, then fails to answer. */
  | 'answerLost'
  /** Never answers; the work reaches the warehouse after its caller gave up. */
  | 'late'
  /** Does the work now, and once more a while later. */
  | 'twice'
  | 'slow'
  /** Answers with something that is no answer. */
  | 'garbage'
  /** Restarts, down for a while: what it had not answered it has lost, or done. */
  | 'restart'

/** How one call of the DLQ goes. */
export type SinkFault = 'none' | 'refuse' | 'refuseSome' | 'throw' | 'hang' | 'answerLost' | 'garbage' | 'slow'

/** How one look at the table goes. */
export type TableFault = 'none' | 'unavailable' | 'slow' | 'hang'

/** How one invocation of a function goes, beside what its calls do. */
export type FunctionFault =
  | 'none'
  /** Its process dies at the n-th call that it makes, before the call or after it. */
  | { readonly crashAt: number; readonly after: boolean }
  /** It answers, but the answer never reaches Lambda. */
  | 'responseLost'
  /** The platform is short of capacity: the invocation starts late. */
  | 'throttled'
  /** Afterwards the end of an older batch is delivered once more. */
  | 'replayed'

/** What happens in the world, and how long after the step before. */
export interface Step {
  readonly afterMs: number
  readonly act: Act
}

export type Act =
  | { readonly kind: 'write'; readonly row: number }
  | { readonly kind: 'remove' | 'expire' | 'rewrite' | 'spoil'; readonly key: number }
  | { readonly kind: 'split' | 'roll' | 'merge' | 'stall'; readonly shard: number }
  | { readonly kind: 'reenable'; readonly gap: boolean }
  | { readonly kind: 'failover' }
  | { readonly kind: 'restore'; readonly back: number }
  | { readonly kind: 'outage'; readonly hours: number }
  | { readonly kind: 'redrive'; readonly letters: number; readonly mode: 'current' | 'original' }
  | { readonly kind: 'reconcile' }
  | { readonly kind: 'tamper'; readonly target: number; readonly key: number }

export interface MappingPlan {
  readonly batchSize: number
  readonly parallelizationFactor: number
  readonly maximumRetryAttempts: number
  readonly maximumRecordAgeInSeconds: number
  readonly bisectBatchOnFunctionError: boolean
  readonly maximumBatchingWindowInSeconds: number
  readonly timeoutMs: number
}

/** All that one run does, drawn before it starts: the same plan makes the same run. */
export interface Plan<Item = unknown> {
  /** Of the order of what happens at one time, of delays, and of what the world hands out. */
  readonly seed: number
  readonly steps: readonly Step[]
  readonly rows: readonly Item[]
  readonly mapping: MappingPlan
  readonly functions: readonly FunctionFault[]
  /** Each target's, call by call. */
  readonly calls: readonly (readonly CallFault[])[]
  readonly sink: readonly SinkFault[]
  readonly table: readonly TableFault[]
  /** Which of the runs' settings a subject that has several chooses by. */
  readonly variant: number
}

const often = <T>(usual: T, weight: number, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare })

const calls = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<CallFault>('none') },
    {
      weight: 5,
      arbitrary: fc.constantFrom<CallFault>(
        ...(['unavailable', 'rejected', 'throttled', 'hang', 'deaf', 'answerLost'] as const),
        ...(['late', 'twice', 'slow', 'garbage', 'restart'] as const),
      ),
    },
  ),
  { maxLength: 14 },
)
const sink = fc.array(
  fc.constantFrom<SinkFault>('none', 'refuse', 'refuseSome', 'throw', 'hang', 'answerLost', 'garbage', 'slow'),
  { maxLength: 5 },
)
const table = fc.array(often<TableFault>('none', 1, fc.constantFrom('unavailable', 'slow', 'hang')), { maxLength: 5 })
const functions = fc.array(
  often<FunctionFault>(
    'none',
    2,
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ crashAt: fc.integer({ min: 1, max: 12 }), after: fc.boolean() }) },
      { weight: 2, arbitrary: fc.constantFrom<FunctionFault>('responseLost', 'throttled', 'replayed') },
    ),
  ),
  { maxLength: 12 },
)

const key = fc.nat({ max: 3 })
const shard = fc.nat({ max: 3 })
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 30, arbitrary: fc.nat({ max: 15 }).map((row): Act => ({ kind: 'write', row })) },
  { weight: 8, arbitrary: key.map((key): Act => ({ kind: 'remove', key })) },
  { weight: 2, arbitrary: key.map((key): Act => ({ kind: 'expire', key })) },
  { weight: 2, arbitrary: key.map((key): Act => ({ kind: 'rewrite', key })) },
  { weight: 2, arbitrary: key.map((key): Act => ({ kind: 'spoil', key })) },
  { weight: 3, arbitrary: shard.map((shard): Act => ({ kind: 'split', shard })) },
  { weight: 1, arbitrary: shard.map((shard): Act => ({ kind: 'roll', shard })) },
  { weight: 6, arbitrary: shard.map((shard): Act => ({ kind: 'merge', shard })) },
  { weight: 2, arbitrary: shard.map((shard): Act => ({ kind: 'stall', shard })) },
  { weight: 1, arbitrary: fc.boolean().map((gap): Act => ({ kind: 'reenable', gap })) },
  { weight: 3, arbitrary: fc.constant<Act>({ kind: 'failover' }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }).map((back): Act => ({ kind: 'restore', back })) },
  { weight: 2, arbitrary: fc.constantFrom(1, 1, 25).map((hours): Act => ({ kind: 'outage', hours })) },
  {
    weight: 5,
    arbitrary: fc
      .record({
        letters: fc.integer({ min: 1, max: 10 }),
        mode: fc.constantFrom('current' as const, 'original' as const),
      })
      .map((some): Act => ({ kind: 'redrive', ...some })),
  },
  { weight: 3, arbitrary: fc.constant<Act>({ kind: 'reconcile' }) },
  {
    weight: 4,
    arbitrary: fc.record({ target: fc.nat({ max: 2 }), key }).map((some): Act => ({ kind: 'tamper', ...some })),
  },
)

/** Plans of runs over these rows. Smaller ones come first where a failing run is made shorter. */
export function plans<Item>(rows: fc.Arbitrary<Item>): fc.Arbitrary<Plan<Item>> {
  return fc.record({
    steps: fc.array(fc.record({ afterMs: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 3_000 })), act }), {
      minLength: 1,
      maxLength: 22,
      size: 'max',
    }),
    functions,
    calls: fc.tuple(calls, calls, calls),
    sink,
    table,
    mapping: fc.record({
      batchSize: fc.integer({ min: 1, max: 6 }),
      parallelizationFactor: fc.integer({ min: 1, max: 3 }),
      maximumRetryAttempts: often(-1, 4, fc.constantFrom(0, 1, 2)),
      maximumRecordAgeInSeconds: often(-1, 2, fc.constant(60)),
      bisectBatchOnFunctionError: fc.boolean(),
      maximumBatchingWindowInSeconds: often(0, 3, fc.constant(1)),
      timeoutMs: fc.constantFrom(3_000, 10_000),
    }),
    rows: fc.array(rows, { minLength: 16, maxLength: 16 }),
    variant: fc.nat({ max: 0xffff }),
    seed: fc.integer(),
  })
}
