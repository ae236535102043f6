import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { ConfigError } from '../errors.ts'

/** A file that appears under its name once it is whole. */
export interface OutputFile {
  readonly write: (text: string) => Promise<void>
  /** Puts it in its place. */
  readonly keep: () => Promise<void>
  /** Takes it away. */
  readonly drop: () => Promise<void>
}

/**
 * Opens a file before there is anything to write, so that one that cannot be written is known before hours of reading.
 *
 * @throws ConfigError that names the option.
 */
export async function outputFile(option: string, path: string): Promise<OutputFile> {
  const part = `${path}.part`
  const file = await opened(option, path, part)
  return {
    write: async (text) => {
      await file.write(text)
    },
    keep: async () => {
      await file.close()
      await rename(part, path)
    },
    drop: async () => {
      await file.close().catch(() => undefined)
      await rm(part, { force: true })
    },
  }
}

async function opened(option: string, path: string, part: string): Promise<FileHandle> {
  const isFolder = await stat(path).then(
    (there) => there.isDirectory(),
    () => false, // there is none yet
  )
  if (isFolder) throw new ConfigError(option, `${JSON.stringify(path)} is a folder. Name a file in it.`)
  try {
    return await open(part, 'w')
  } catch (cause) {
    throw new ConfigError(option, `${JSON.stringify(path)} cannot be written.`, { cause })
  }
}
