/** The built console, made once when the sources are newer. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SOURCES = ['src/console', 'src/model']
const BUILT = join(ROOT, 'dist/console/index.html')

export const CONSOLE_FILES = join(ROOT, 'dist/console')

let building: Promise<void> | undefined

export function buildConsole(): Promise<void> {
  building ??= buildWhenOld()
  return building
}

async function buildWhenOld(): Promise<void> {
  const built = await stat(BUILT).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
  const newest = Math.max(...(await Promise.all(SOURCES.map((source) => newestIn(join(ROOT, source))))))
  if (newest > built)
    await build({ root: join(ROOT, 'src/console'), configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' })
}

async function newestIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Math.max(...(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))))
}
