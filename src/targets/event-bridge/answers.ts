import { isObject } from '../../core/objects.ts'
import { TargetRejectedError, TargetUnavailableError } from '../../errors.ts'

/** What became of one event. */
export type PutAnswer = 'applied' | Error

/** Reads the answer to a call: a 200 may hold failures. One answer per event, in order; another count says nothing. */
export function putAnswers(count: number, answer: unknown): readonly PutAnswer[] {
  const entries: unknown = isObject(answer) ? answer['Entries'] : undefined
  if (!Array.isArray(entries) || entries.length !== count)
    return Array.from({ length: count }, () => unknownFate('EventBridge answered with another number of results'))
  return Array.from({ length: count }, (_, index) => entryAnswer(entries[index]))
}

function entryAnswer(entry: unknown): PutAnswer {
  if (!isObject(entry)) return unknownFate('EventBridge answered without a word on this event')
  const { ErrorCode: code, EventId: id } = entry
  if (typeof code === 'string' && code !== '') return refusal(code)
  return typeof id === 'string' && id !== '' ? 'applied' : unknownFate('EventBridge gave the event no id')
}

function unknownFate(problem: string): Error {
  return new TargetUnavailableError(`${problem}: whether it has the event is unknown.`)
}

/** Those that no other try can mend. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const rejections: Readonly<Record<string, string>> = {
  MalformedDetail:
    'Its detail is no JSON object that EventBridge takes: check what the options item and fields return.',
  InvalidArgument: 'Check source, detailType and eventBusName.',
}

const remedies: readonly (readonly [start: string, remedy: string])[] = [
  ['AccessDenied', 'Allow events:PutEvents on the bus.'],
  ['NotAuthorizedForSource', "Allow this source in the bus's policy, or set another one."],
  ['NotAuthorizedForDetailType', "Allow this detail type in the bus's policy, or set another one."],
  ['InvalidAccountId', 'Check the account in eventBusName.'],
  ['Throttl', 'EventBridge asks for patience.'],
  ['CredentialsProviderError', 'Give the process credentials.'],
]

function refusal(code: string): Error {
  const shown = /^[\w.]{1,100}$/.test(code) ? code : 'no code'
  const final = Object.hasOwn(rejections, code) ? rejections[code] : undefined
  if (final !== undefined) return new TargetRejectedError(`EventBridge refused the event (${shown}). ${final}`)
  return new TargetUnavailableError(`EventBridge did not take the event (${shown}). ${remedyFor(code)}`)
}

/** What to do about an error's name or code. */
export function remedyFor(name: string): string {
  return remedies.find(([start]) => name.startsWith(start))?.[1] ?? 'It may pass.'
}
