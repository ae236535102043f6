#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { runCli } from './run-cli.ts'
import { processTerminal } from './terminal.ts'

// The same number of folders up from the source and from the build.
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

// Who reads the report may stop reading: `… | head`.
process.stdout.on('error', () => process.exit(2))

const code = await runCli(process.argv.slice(2), processTerminal(), manifest.version)
// A config may keep connections open, which nobody needs any more.
process.exit(code)
