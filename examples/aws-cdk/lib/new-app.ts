import { readFileSync } from 'node:fs'
import { App } from 'aws-cdk-lib'

/** An app as the CLI starts it, with the feature flags of cdk.json; without bundles it is synthesised in a moment. */
export function newApp({ bundled, outdir }: { readonly bundled: boolean; readonly outdir?: string }): App {
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')) as {
    readonly context: Readonly<Record<string, unknown>>
  }
  return new App({
    analyticsReporting: false,
    ...(outdir !== undefined && { outdir }),
    context: { ...context, ...(!bundled && { 'aws:cdk:bundling-stacks': [] }) },
  })
}
