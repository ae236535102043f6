import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** The packed package in a project of its own, outside the repository. */
export interface InstalledPackage {
  /** The project's folder, which holds what `test/package/consumer` does. */
  readonly project: string
  readonly tarball: string
  /** What the tarball holds. */
  readonly files: readonly string[]
  /** Runs a file of the project and answers with what it printed as JSON. */
  readonly run: (node: string, file: string, ...given: readonly string[]) => Promise<unknown>
  /** Adds the optional peers, as this repository has them. */
  readonly addPeers: () => Promise<void>
  readonly remove: () => Promise<void>
}

export async function installPackage(): Promise<InstalledPackage> {
  const project = await mkdtemp(join(tmpdir(), 'dynamodb-stream-sync-'))
  const packed = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: root })
  const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }]
  const tarball = join(project, filename)
  await cp(join(root, 'test/package/consumer'), project, { recursive: true })
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true }))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', tarball], {
    cwd: project,
  })
  return {
    project,
    tarball,
    files: files.map(({ path }) => path),
    run: async (node, file, ...given) => {
      const { stdout } = await run(node, [join(project, file), ...given], { cwd: project, env: {} })
      return JSON.parse(stdout) as unknown
    },
    addPeers: () => linkPeers(project),
    remove: () => rm(project, { recursive: true, force: true }),
  }
}

async function linkPeers(project: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>
  }
  for (const name of Object.keys(manifest.peerDependencies)) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(root, 'node_modules', name), link)
  }
}

/** The binary of a Node release line, or nothing where it cannot be had. */
export async function nodeOf(major: number): Promise<string | undefined> {
  if (process.versions.node.startsWith(`${String(major)}.`)) return process.execPath
  try {
    const { stdout } = await run('npx', ['-y', '-p', `node@${String(major)}`, 'node', '-p', 'process.execPath'])
    return stdout.trim()
  } catch {
    console.log(`Node ${String(major)} cannot be had here: the package is not tried on it`)
    return undefined
  }
}
