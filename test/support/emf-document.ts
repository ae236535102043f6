import * as z from 'zod'

const printable = (most: number) => z.string().regex(new RegExp(`^(?=.*\\S)[\\x20-\\x7e]{1,${most}}$`))

/** The published schema of the format, with CloudWatch's own limits on names and values. */
const documentSchema = z.looseObject({
  _aws: z.strictObject({
    Timestamp: z.int(),
    CloudWatchMetrics: z
      .array(
        z.strictObject({
          Namespace: z.string().min(1).max(255),
          Dimensions: z.array(z.array(printable(255)).max(30)).min(1),
          Metrics: z
            .array(z.strictObject({ Name: printable(255), Unit: z.enum(['Count', 'Milliseconds', 'Percent']) }))
            .min(1)
            .max(100),
        }),
      )
      .length(1),
  }),
})
const dimensionSchema = printable(1_024)
const valueSchema = z.union([z.number(), z.array(z.number()).min(1).max(100)])

export type EmfDocument = z.infer<typeof documentSchema>

/** Reads a line as CloudWatch would; throws where CloudWatch would drop it. */
export function emfDocument(line: string): EmfDocument {
  if (Buffer.byteLength(line) > 256_000) throw new Error(`The document has ${Buffer.byteLength(line)} bytes.`)
  if (/[\r\n]/.test(line.trimEnd())) throw new Error('The document is more than one line.')
  const document = JSON.parse(line) as Readonly<Record<string, unknown>>
  const { _aws: metadata } = documentSchema.parse(document)
  for (const { Dimensions: sets, Metrics: metrics } of metadata.CloudWatchMetrics) {
    for (const name of sets.flat()) dimensionSchema.parse(document[name])
    for (const { Name: name } of metrics) valueSchema.parse(Object.entries(document).find(([own]) => own === name)?.[1])
    if (new Set(metrics.map(({ Name: name }) => name)).size < metrics.length) throw new Error('A metric stands twice.')
  }
  return document as EmfDocument // the very object: a parsed copy leaves out __proto__
}
