import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

interface Read {
  readonly at: number
  readonly text: Promise<string>
}

let client: SecretsManagerClient | undefined
const read = new Map<string, Read>()

/**
 * A secret's text: read once, and kept for as long as the container lives, or for `maxAgeMs`. What failed is read anew when
 * it is asked for again.
 */
export function secretText(id: string, maxAgeMs = Infinity): Promise<string> {
  const known = read.get(id)
  if (known && Date.now() - known.at <= maxAgeMs) return known.text
  const text = ask(id)
  read.set(id, { at: Date.now(), text })
  text.catch(() => read.delete(id))
  return text
}

async function ask(id: string): Promise<string> {
  client ??= new SecretsManagerClient({ maxAttempts: 3 })
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: id }), {
    abortSignal: AbortSignal.timeout(5_000),
  })
  if (text === undefined || text === '') throw new Error(`The secret ${id} holds no text.`)
  return text
}
