/** Files that hold keys: whole or not there, and nobody else's to read. */
import { randomUUID } from 'node:crypto'
import { chmod, chown, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const OWNER_ONLY_FILE = 0o600
const OWNER_ONLY_DIRECTORY = 0o700

/**
 * Replaces a file: whoever reads it meanwhile, or after a crash, sees the old content or the new. Mode 0600. Root hands it to the owner of the
 * directory, who is the one that has to read it. Throws the system's error.
 */
export async function writeSecretFile(path: string, content: string, mode = OWNER_ONLY_FILE): Promise<void> {
  const directory = dirname(path)
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(draft, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.chmod(mode)
      await file.sync()
    } finally {
      await file.close()
    }
    if (process.geteuid?.() === 0) {
      const { uid, gid } = await stat(directory)
      await chown(draft, uid, gid)
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncDirectory(directory)
}

/** Makes a directory that only its owner may enter; one that is there keeps its mode. Throws the system's error. */
export async function makeSecretDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: OWNER_ONLY_DIRECTORY })
  // The umask may have taken bits away, but never added one.
  if (made !== undefined) await chmod(path, OWNER_ONLY_DIRECTORY)
}

/** A rename is durable only with its directory. Some file systems cannot do that; then the rename is all there is. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r')
    await directory.sync().finally(() => directory.close())
  } catch {
    return
  }
}
