/** What has to occur in 200 runs, or they prove less than they say. */
const kinds = [
  ...['crash', 'response lost', 'function throttled', 'older batch replayed', 'batch halved'],
  ...['RetryAttemptsExhausted', 'RecordAgeExceeded'].map((why) => `given up by the mapping, ${why}`),
  ...['restart that keeps the last write', 'restart that loses the last write', 'move between targets'],
  ...[
    'unavailable',
    'rejected',
    'throttled',
    'hang',
    'deaf',
    'answerLost',
    'late',
    'twice',
    'slow',
    'garbage',
    'restart',
  ].map((fault) => `target ${fault}`),
  ...['refuse', 'refuseSome', 'throw', 'hang', 'answerLost', 'garbage', 'slow'].map((fault) => `sink ${fault}`),
  ...['unavailable', 'slow', 'hang'].map((fault) => `table ${fault}`),
  ...[
    'shard split',
    'shard roll',
    'shard merge',
    'shard throttled',
    'stream re-enabled',
    'fail-over',
    'fail-back',
    'restore',
  ],
  ...['removal', 'time to live', 'write without effect', 'invalid item', 'tampered with', 'emitter fails'],
  ...['outage of 1 h', 'outage of 25 h', 'redrive current', 'redrive original', 'queue delivers twice', 'reconcile'],
]

/** The kinds that did not occur. */
export function missingKinds(counts: ReadonlyMap<string, number>): readonly string[] {
  return kinds.filter((kind) => !counts.has(kind))
}
