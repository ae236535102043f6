import { createRequire } from 'node:module'
import * as esm from 'dynamodb-stream-sync'

const cjs = createRequire(import.meta.url)('dynamodb-stream-sync')
const told = (thrower, judge) => {
  const error = new thrower.TargetUnavailableError('down')
  return {
    sameClass: error instanceof judge.TargetUnavailableError,
    recognised: judge.isSyncError(error, 'TARGET_UNAVAILABLE'),
    otherCode: judge.isSyncError(error, 'TARGET_REJECTED'),
  }
}
console.log(JSON.stringify([told(esm, cjs), told(cjs, esm)]))
