import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'

/**
 * Writes a whole file or none of it: whoever reads `path` meanwhile sees the old content or the new, also after a crash.
 * `mode` applies to the new file. Throws the system's error.
 */
export async function writeFileAtomically(path: string, content: string, mode = 0o644): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(draft, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
