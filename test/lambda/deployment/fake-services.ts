import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A fake of what has no local server: Secrets Manager's secrets, and what CloudWatch, Lambda and Athena are asked. */
export interface FakeServices {
  readonly endpoint: string
  /** By name. */
  readonly secrets: Map<string, string>
  /** Secrets asked for, in order. */
  readonly askedSecrets: () => readonly string[]
  /** By the query's id: columns, and rows of texts. */
  readonly queryResults: Map<string, QueryResult>
  readonly stop: () => Promise<void>
}

export interface QueryResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | undefined)[])[]
}

type Answer = readonly [status: number, body: object]

/**
 * Four operations, in the form that AWS documents: https://docs.aws.amazon.com/secretsmanager/latest/apireference/,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html,
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html,
 * https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
 */
export async function startFakeServices(): Promise<FakeServices> {
  const secrets = new Map<string, string>()
  const queryResults = new Map<string, QueryResult>()
  const asked: string[] = []

  const operations: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => Answer>> = {
    GetSecretValue: ({ SecretId: id }) => {
      const text = secrets.get(String(id))
      asked.push(String(id))
      if (text === undefined) return [400, { __type: 'ResourceNotFoundException', message: 'There is none.' }]
      return [200, { Name: id, SecretString: text }]
    },
    GetMetricData: () => [200, { MetricDataResults: [] }], // no records, no throttles
    GetEventSourceMapping: () => [200, { State: 'Enabled' }],
    GetQueryResults: ({ QueryExecutionId: id }) => {
      const result = queryResults.get(String(id))
      return result ? [200, resultSet(result)] : [400, { __type: 'InvalidRequestException', message: 'No such query.' }]
    },
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isMapping = request.url?.includes('/event-source-mappings/') === true
    const name = isMapping ? 'GetEventSourceMapping' : String(request.headers['x-amz-target']).split('.').at(-1)!
    const input = request.method === 'POST' ? await json(request) : {}
    const [status, body] = operations[name]?.(input as Readonly<Record<string, unknown>>) ?? [404, {}]
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  }

  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    askedSecrets: () => asked,
    queryResults,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The first row names the columns. */
function resultSet({ columns, rows }: QueryResult): object {
  const cells = (row: readonly (string | undefined)[]) => ({
    Data: row.map((text) => (text === undefined ? {} : { VarCharValue: text })),
  })
  const metadata = { ColumnInfo: columns.map((Name) => ({ Name, Type: 'varchar' })) }
  return { ResultSet: { Rows: [columns, ...rows].map(cells), ResultSetMetadata: metadata } }
}
